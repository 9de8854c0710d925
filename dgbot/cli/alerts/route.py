"""``dgbot alerts route``: who hears of an alert."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import PLUGINS, Refused, checks_of


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The rules file.")
@click.option("--labels", required=True, help="Such as kind=balance,severity=critical,project=acme-prod.")
@click.option("--expect", multiple=True, metavar="CHANNEL", help="Who has to hear of it at once, and nobody else.")
@PLUGINS
def route(*, rules: Path, labels: str, expect: tuple[str, ...], plugins: Path | None) -> None:
    """Tell which channels hear of an alert with these labels; exit code 1 if they are not the expected ones.

    A channel is named by its id, with or without a number sign; "operators" is that of the settings.
    """
    from dgbot.cli.alert_rules import RulesError, load_rules
    from dgbot.cli.routes import BadLabels, line_of, read_labels
    from dgbot.services.alerting.routing import hearings

    try:
        found = hearings(load_rules(rules, checks_of(plugins)), read_labels(labels))
    except (RulesError, BadLabels) as error:
        raise Refused(str(error)) from error
    for one in found:
        click.echo(line_of(one))
    if not found:
        click.echo("Nobody hears of it: no rule fits these labels.")
    hears = {one.channel_id for one in found}
    wanted = {one.removeprefix("#") for one in expect}
    if expect and hears != wanted:
        click.echo(f"Expected {', '.join(sorted(wanted))}, not {', '.join(sorted(hears)) or 'nobody'}.", err=True)
        raise SystemExit(1)
