"""``dgbot alerts check``: whether a rules file can be read."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import PLUGINS, Refused


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@PLUGINS
def check(*, file: Path, plugins: Path | None) -> None:
    """Tell what is wrong in a rules file, a line for each mistake; exit code 1 if anything is."""
    from dgbot.cli.rules_check import mistakes
    from dgbot.plugin.errors import PluginError

    try:
        found, rules = mistakes(file, plugins)
    except PluginError as error:
        raise Refused(str(error)) from error
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo(f"{file}: {rules} rule{'s' * (rules != 1)}, nothing wrong")
