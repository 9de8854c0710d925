"""``dgbot alerts route``: who hears of an alert."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import PLUGINS, Refused, checks_of


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The rules file.")
@click.option("--labels", required=True, help="Such as kind=balance,severity=critical,project=acme-prod.")
@click.option(
    "--expect",
    multiple=True,
    metavar="CHANNEL",
    help="Who has to hear of it at once, and nobody else; may be repeated.",
)
@PLUGINS
def route(*, rules: Path, labels: str, expect: tuple[str, ...], plugins: Path | None) -> None:
    """Tell which channels hear of an alert with these labels; exit code 1 if they are not the expected ones.

    A channel is named by its id, with or without a number sign; "operators" is that of the settings. Labels that are
    left out are empty; without a severity each level of a rule is told, where they differ.
    """
    from dgbot.cli.alert_rules import RulesError, load_rules
    from dgbot.cli.routes import BadLabels, lines_of, read_labels, refuse_unknown
    from dgbot.services.alerting.routing import Hearing, hearings, looked_at

    try:
        checks, asked = checks_of(plugins), read_labels(labels)
        known = load_rules(rules, checks)
        refuse_unknown(asked, known, checks)
    except (RulesError, BadLabels) as error:
        raise Refused(str(error)) from error
    found = list[Hearing]()
    for rule in known:
        found += (hears := hearings([rule], asked))
        for line in lines_of(known, rule, hears):
            click.echo(line)
    if left_out := looked_at(known, asked):
        click.echo(
            f"Routes look at {', '.join(left_out)} as well, taken for empty here: name it in --labels.", err=True
        )
    if not found:
        click.echo("Nobody hears of it: no rule fits these labels.")
    channels = {one.channel_id for one in found}
    wanted = {one.removeprefix("#") for one in expect}
    if expect and channels != wanted:
        click.echo(f"Expected {', '.join(sorted(wanted))}, not {', '.join(sorted(channels)) or 'nobody'}.", err=True)
        raise SystemExit(1)
