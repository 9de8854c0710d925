"""``dgbot alerts why``: why an incident was told."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import Refused, database_of


@click.command()
@click.argument("incident", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
@click.option("--database", metavar="URL", help="The bot's database; else the one of the settings.")
@click.option("--zone", default="UTC", show_default=True, help="Whose times to print, such as Europe/Berlin.")
def why(*, incident: str, as_json: bool, config: Path | None, database: str | None, zone: str) -> None:
    """Tell why an incident was told, and what was kept back because of what.

    ID is what its message shows, or the beginning of it; or the name of a rule, for the last lines of what it watches,
    with a project, by its name or id, if there are several: low-balance/acme-prod. The database is only read; the bot
    may run meanwhile.
    """
    from dgbot.adapters.storage.chronicle import UnknownIncident, chronicle
    from dgbot.adapters.storage.errors import StorageError
    from dgbot.adapters.storage.looking import looking
    from dgbot.cli.chains import as_object, as_text, not_found
    from dgbot.cli.forecasts import SamplesError, zone_of

    try:
        days_of = zone_of(zone)
    except SamplesError as error:
        raise Refused(str(error)) from error
    try:
        with looking(database or database_of(config)) as connection:
            found = chronicle(connection, incident)
    except StorageError as error:
        raise Refused(str(error)) from error
    except UnknownIncident as error:
        raise Refused(not_found(incident, error, days_of)) from error
    click.echo(as_object(found) if as_json else as_text(found, days_of))
