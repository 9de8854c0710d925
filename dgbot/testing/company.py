"""The company of the tests: who may do what, and where cards and alerts go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from dgbot.settings import Settings, SettingsError
from dgbot.settings.problems import sentence


def tables(
    changes: Mapping[str, Any], *, may: Iterable[str], slack: Mapping[str, Any], deepgram: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the tables of dgbot.toml with *changes*, the access to both sides, and an admin who *may* all that."""
    usual: dict[str, Any] = {
        "slack": slack,
        "deepgram": deepgram,
        "roles": {
            "developers": {"users": ["UALICE001"], "may": ["keys.request", "usage.read"]},
            "admins": {"users": ["UCAROL001"], "may": sorted(may)},
            "key-approvers": {"groups": ["SKEYAPPR1"]},
        },
        "approvals": {"channel": "CKEYAPPR1", "approvers": "key-approvers"},
        "alerts": {"channel": "COPS00001"},
        "reconciliation": {"enabled": False},  # or every test with a clock would hear of the company's old keys
    }
    return _merged(usual, changes)


def settings(given: Mapping[str, Any]) -> Settings:
    """Return *given* as settings, whatever the environment and .env say; raises SettingsError."""
    try:
        return _Given(**given)
    except ValidationError as error:
        problems = [sentence(detail["loc"], detail) for detail in error.errors(include_url=False)]
    raise SettingsError(problems)


class _Given(Settings):
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def _merged(usual: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return *usual* with *changes*: tables are merged, everything else is replaced."""
    merged = dict(usual)
    for name, value in changes.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
