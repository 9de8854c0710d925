"""What several subcommands are given: plugins, settings and the database; and how they refuse what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dgbot.plugin.check import Check
    from dgbot.settings import Settings


class Refused(click.ClickException):
    """A file or an option that doesn't fit; one sentence, exit code 2."""

    exit_code = 2


PLUGINS = click.option(
    "--plugins",
    type=click.Path(path_type=Path, resolve_path=True),
    help="A directory of plugins whose checks rules may watch.",
)


def checks_of(plugins: Path | None = None) -> dict[str, Check]:
    """Return the checks of all plugins, with those of a directory; raises Refused."""
    from dgbot.plugin.config import PluginConfig
    from dgbot.plugin.discovery import load_plugins
    from dgbot.plugin.errors import PluginError

    try:
        return load_plugins(PluginConfig(), directory=plugins).checks
    except PluginError as error:
        raise Refused(str(error)) from error


def settings_of(config: Path | None) -> Settings:
    """Return the settings of *config*, else of dgbot.toml; raises Refused."""
    from dgbot.settings import SettingsError, load

    try:
        return load(config)
    except SettingsError as error:
        raise Refused("\n".join(error.problems)) from None


def database_of(config: Path | None) -> str:
    """Return the URL of the bot's database, as the settings name it; they may lack anything else. Raises Refused."""
    from dgbot.app.outside import database_url
    from dgbot.settings import SettingsError, load_database

    try:
        return database_url(load_database(config))
    except SettingsError as error:
        raise Refused("\n".join(error.problems)) from None
