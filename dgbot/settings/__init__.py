"""What people write: dgbot.toml, the environment and .env, as frozen values; every mistake is named in a sentence."""

from __future__ import annotations

from dgbot.settings.kinds import is_loopback
from dgbot.settings.names import READ_BY_BOLT, WELL_KNOWN
from dgbot.settings.problems import SettingsError
from dgbot.settings.reading import forget, load, load_database
from dgbot.settings.sections import DatabaseSettings, Settings

__all__ = [
    "READ_BY_BOLT",
    "WELL_KNOWN",
    "DatabaseSettings",
    "Settings",
    "SettingsError",
    "forget",
    "is_loopback",
    "load",
    "load_database",
]
