"""What people write: dgbot.toml, the environment and .env, as frozen values; every mistake is named in a sentence."""

from __future__ import annotations

from dgbot.settings.kinds import is_loopback
from dgbot.settings.names import READ_BY_BOLT, WELL_KNOWN
from dgbot.settings.problems import SettingsError
from dgbot.settings.reading import forget, load
from dgbot.settings.sections import Settings

__all__ = ["READ_BY_BOLT", "WELL_KNOWN", "Settings", "SettingsError", "forget", "is_loopback", "load"]
