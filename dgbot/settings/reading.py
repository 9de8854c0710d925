"""Reads the settings from dgbot.toml, .env and the environment, the later ones first."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import TypeVar

import platformdirs
from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as SettingsSourceError,
)

from dgbot.settings.names import READ_BY_BOLT, WELL_KNOWN
from dgbot.settings.problems import SettingsError, section_of, sentence, stray
from dgbot.settings.sections import DatabaseSettings, Settings

S = TypeVar("S")


def load(config: Path | None = None, *, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, or raise SettingsError; the environment wins over .env, and .env over the file.

    The file is *config*, else ``DGBOT_CONFIG``, else ``dgbot.toml`` in the working or the platform's config directory.
    """
    variables = _translated(_dotenv(Path(".env"))) | _translated(os.environ if environment is None else environment)
    if lost := [name for name in variables if "__" in name and section_of(name) not in Settings.model_fields]:
        raise SettingsError([stray(name) for name in lost])
    path = _file(config, variables)

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return _Environment(settings_cls, variables), TomlConfigSettingsSource(settings_cls, path)

    settings = _made(Layered, path)
    return settings if "DGBOT_ALERTS__RULES_FILE" in variables else _beside(path, settings)


def load_database(config: Path | None = None, *, environment: Mapping[str, str] | None = None) -> DatabaseSettings:
    """Read where the database is as `load` does, and nothing else: no secret is needed for it, and none is looked at.

    Raises SettingsError.
    """
    given = _dotenv(Path(".env")) | dict(os.environ if environment is None else environment)
    path = _file(config, given)
    variables = {name: value for name, value in given.items() if name.upper().startswith("DGBOT_DATABASE__")}

    class Layered(BaseSettings):
        model_config = SettingsConfigDict(extra="ignore", env_prefix="DGBOT_", env_nested_delimiter="__")
        database: DatabaseSettings = DatabaseSettings()

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return _Environment(settings_cls, variables), TomlConfigSettingsSource(settings_cls, path)

    return _made(Layered, path).database


def _made(make: Callable[[], S], path: Path | None) -> S:
    """Return what *make* reads, from the file at *path* and the environment; raises SettingsError."""
    try:
        return make()
    except ValidationError as error:
        problems = [sentence(detail["loc"], detail) for detail in error.errors(include_url=False)]
        if path is None:
            problems.append(f"No settings file was found; looked for {' and '.join(map(str, _usual_files()))}.")
    except tomllib.TOMLDecodeError as error:
        problems = [f"{path} is not TOML: {error}."]
    except (OSError, UnicodeDecodeError) as error:
        problems = [f"{path} can't be read: {error}."]
    except SettingsSourceError as error:
        problems = [f"{error}."]
    raise SettingsError(problems)  # outside the except blocks: pydantic's error holds the values


def _file(config: Path | None, variables: Mapping[str, str]) -> Path | None:
    path = config or _default_file(variables)
    if path is not None and not path.is_file():
        raise SettingsError([f"{path} does not exist; copy deploy/dgbot.example.toml there, or name another file."])
    return path


def _beside(path: Path | None, settings: Settings) -> Settings:
    """Return *settings* with the rules file that the file at *path* names, looked for from where that is."""
    rules = settings.alerts.rules_file
    if path is None or rules is None or rules.is_absolute():
        return settings
    return settings.model_copy(
        update={"alerts": settings.alerts.model_copy(update={"rules_file": path.parent / rules})}
    )


def forget(environment: MutableMapping[str, str]) -> None:
    """Take out of *environment* what was read, so that no library finds it there and no child process inherits it."""
    for name in (*WELL_KNOWN, *READ_BY_BOLT):
        environment.pop(name, None)


class _Environment(EnvSettingsSource):
    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._variables.items()}


def _dotenv(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path} can't be read: {error}."]) from None


def _translated(variables: Mapping[str, str]) -> dict[str, str]:
    """Return *variables* by their ``DGBOT_SECTION__KEY``, without the ones that are none of ours."""
    translated = {name: value for name, value in variables.items() if name.startswith("DGBOT_")}
    for name, where in WELL_KNOWN.items():
        value = variables.get(name)
        if value is None and (file := variables.get(f"{name}_FILE")):
            value = _read_secret(name, Path(file))
        if value:
            translated["DGBOT_" + "__".join(where).upper()] = value
    return translated


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError([f"{name}_FILE: {path} can't be read ({error.strerror})."]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{name}_FILE: {path} can't be read (it is not text)."]) from None


def _default_file(variables: Mapping[str, str]) -> Path | None:
    if named := variables.get("DGBOT_CONFIG"):
        return Path(named)
    return next((path for path in _usual_files() if path.is_file()), None)


def _usual_files() -> tuple[Path, Path]:
    return Path("dgbot.toml"), platformdirs.user_config_path("dgbot") / "dgbot.toml"
