"""``dgbot alerts backtest``: what rules would have posted."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import Refused, database_of, settings_of


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The rules file.")
@click.option("--samples", type=click.Path(path_type=Path), help="A file of readings, as of alerts forecast.")
@click.option("--since", default="90d", show_default=True, help="How much of the bot's own readings to take instead.")
@click.option("--billing", is_flag=True, help="Ask Deepgram what was spent since then, day by day, instead.")
@click.option("--all", "everything", is_flag=True, help="Print edits and replies, too, which nobody hears.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
@click.option("--database", metavar="URL", help="The bot's database; else the one of the settings.")
@click.option("--zone", default="UTC", show_default=True, help="Whose times to print, such as Europe/Berlin.")
def backtest(
    *,
    rules: Path,
    samples: Path | None,
    since: str,
    billing: bool,
    everything: bool,
    config: Path | None,
    database: str | None,
    zone: str,
) -> None:
    """Tell what rules would have posted, from readings of a file or of the bot's database, which is only read.

    With --billing from what Deepgram says was spent: it needs a key with billing:read, and changes nothing.
    """
    from datetime import UTC, datetime

    from dgbot.adapters.storage.errors import StorageError
    from dgbot.cli.alert_rules import RulesError
    from dgbot.cli.backtests import BadBacktest, lines_of, of_database, of_deepgram, of_file
    from dgbot.cli.forecasts import SamplesError
    from dgbot.cli.playing import quietly

    try:
        if samples is not None:
            pasts = of_file(samples)
        elif billing:
            pasts = quietly(of_deepgram(settings_of(config), since, datetime.now(UTC)))
        else:
            pasts = of_database(database or database_of(config), since)
        for line in lines_of(rules, pasts, zone, everything=everything):
            click.echo(line)
    except (BadBacktest, RulesError, SamplesError, StorageError) as error:
        raise Refused(str(error)) from error
