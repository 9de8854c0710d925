"""``dgbot alerts backtest``: what rules would have posted."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import Refused, database_of, settings_of


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The rules file.")
@click.option("--samples", type=click.Path(path_type=Path), help="A file of readings, as of alerts forecast.")
@click.option("--since", help="How much of the bot's own readings, or of what was spent, to take.  [default: 90d]")
@click.option("--billing", is_flag=True, help="Ask Deepgram what was spent, day by day, instead.")
@click.option("--project", default="", metavar="NAME", help="Only this project of the database, or that of the file.")
@click.option("--all", "everything", is_flag=True, help="Print edits and replies, too, which nobody hears.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
@click.option("--database", metavar="URL", help="The bot's database; else the one of the settings.")
@click.option("--zone", default="UTC", show_default=True, help="Whose times to print, such as Europe/Berlin.")
def backtest(
    *,
    rules: Path,
    samples: Path | None,
    since: str | None,
    billing: bool,
    project: str,
    everything: bool,
    config: Path | None,
    database: str | None,
    zone: str,
) -> None:
    """Tell what rules would have posted, from readings of a file or of the bot's database, which is only read.

    With --billing from what Deepgram says was spent: it needs a key with billing:read, and changes nothing. The project
    is called as the bot or Deepgram calls it; that of a file as the file, or as --project says. Rules are routed by it.
    """
    from datetime import UTC, datetime

    from dgbot.adapters.storage.errors import StorageError
    from dgbot.cli.alert_rules import RulesError
    from dgbot.cli.backtests import BadBacktest, lines_of, of_database, of_deepgram, of_file
    from dgbot.cli.forecasts import SamplesError
    from dgbot.cli.playing import quietly

    given = {"--samples": samples, "--billing": billing, "--database": database}
    several = [name for name, value in given.items() if value]
    if len(several) > 1:
        raise Refused(f"{' and '.join(several)} are different pasts; name one of them.")
    if samples is not None and since is not None:
        raise Refused("--samples plays all readings of the file, so --since changes nothing; leave one of them out.")
    if billing and project:
        raise Refused(
            "--billing plays the project of the settings, so --project changes nothing; leave one of them out."
        )
    span = since or "90d"
    try:
        if samples is not None:
            pasts = of_file(samples, project)
        elif billing:
            pasts = quietly(of_deepgram(settings_of(config), span, datetime.now(UTC)))
        else:
            pasts = of_database(database or database_of(config), span, project)
        for line in lines_of(rules, pasts, zone, everything=everything):
            click.echo(line)
    except (BadBacktest, RulesError, SamplesError, StorageError) as error:
        raise Refused(str(error)) from error
