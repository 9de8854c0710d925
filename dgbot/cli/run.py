"""``dgbot run``: the bot, as it runs in production."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dgbot.settings import Settings

CONFIG_INVALID = 3
CANNOT_START = 1


@click.command()
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
def run(config: Path | None) -> None:
    """Run the bot until SIGTERM or Ctrl-C; the work in hand is finished first."""
    from dgbot.settings import SettingsError, forget, load

    try:
        settings = load(config)
    except SettingsError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(CONFIG_INVALID)
    forget(os.environ)
    _serve(settings)


def _serve(settings: Settings) -> None:
    gc.disable()  # nothing that is imported dies; the bot turns the collector on when it is ready
    import uvloop

    from dgbot import app
    from dgbot.adapters.storage.errors import StorageError
    from dgbot.plugin.errors import PluginError
    from dgbot.settings import SettingsError

    try:
        uvloop.run(app.run(settings))
    except (SettingsError, PluginError) as error:
        click.echo(str(error), err=True)
        sys.exit(CONFIG_INVALID)
    except (app.CannotStart, StorageError, OSError) as error:
        click.echo(f"The bot can't start: {error}", err=True)
        sys.exit(CANNOT_START)
