"""``dgbot alerts forecast``: for how long a balance lasts."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import Refused


@click.command()
@click.option(
    "--samples", required=True, type=click.Path(path_type=Path), help="A JSON file of readings, as told above."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.option("--zone", default="UTC", show_default=True, help="Whose days to count, such as Europe/Berlin.")
def forecast(*, samples: Path, as_json: bool, zone: str) -> None:
    """Tell for how long a balance lasts, from readings of it.

    The file holds {"unit": "usd", "now": "2026-06-11T00:00:00Z", "samples": [["2026-06-01T00:00:00Z", 1000.0], ...]},
    the readings in the order in which they arrived; an amount may be null. Days left are null where they are more than
    365, where nothing is spent, or where there were fewer than 8 readings or 3 whole days.
    """
    from dgbot.cli.forecasts import SamplesError, as_object, as_text, read, zone_of
    from dgbot.domain.forecast import forecast

    try:
        days_of = zone_of(zone)
        asked = read(samples)
    except SamplesError as error:
        raise Refused(str(error)) from error
    told = forecast(asked.readings, asked.now, asked.unit, days_of)
    click.echo(as_object(told) if as_json else as_text(told, asked.now, days_of))
