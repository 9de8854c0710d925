"""``dgbot alerts``: what an alert would say, or why it said it, asked from a terminal."""

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


@click.group()
def alerts() -> None:
    """Try alerts and forecasts without Slack and without Deepgram."""


@alerts.command()
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


@alerts.command()
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


@alerts.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--junit", "report", type=click.Path(path_type=Path), help="Write the results as JUnit's XML, too.")
@PLUGINS
def test(*, files: tuple[Path, ...], report: Path | None, plugins: Path | None) -> None:
    """Play alert rules through, and compare what they would post with what FILE says.

    A post that FILE does not name fails its test, as one that is missing does. The notation is in
    docs/alerting-tests.md. Exit code 1: a test failed; 2: a file can't be read.
    """
    import time

    from dgbot.cli.alert_reports import Verdict, junit, lines_of, summary
    from dgbot.cli.alert_tests import UnreadableTests, read_tests
    from dgbot.cli.playing import played
    from dgbot.services.alerting.rehearsal.expecting import mistakes

    checks = _checks(plugins)
    try:
        tests = [(path, one) for path in files for one in read_tests(path, checks)]
    except UnreadableTests as error:
        raise Refused(str(error)) from error
    verdicts = list[Verdict]()
    for path, one in tests:
        began = time.perf_counter()
        found = tuple(mistakes(played(one.script), one.moments, any_edits=one.any_edits))
        verdicts.append(Verdict(path, one, found, time.perf_counter() - began))
        for line in lines_of(verdicts[-1]):
            click.echo(line)
    click.echo(summary(verdicts))
    if report is not None:
        try:
            report.write_bytes(junit(verdicts))
        except OSError as error:
            raise Refused(f"{report} can't be written: {error.strerror}.") from error
    if any(one.mistakes for one in verdicts):
        raise SystemExit(1)


@alerts.command()
@click.argument("incident", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
@click.option("--database", metavar="URL", help="The bot's database; else the one of the settings.")
@click.option("--zone", default="UTC", show_default=True, help="Whose times to print, such as Europe/Berlin.")
def why(*, incident: str, as_json: bool, config: Path | None, database: str | None, zone: str) -> None:
    """Tell why an incident was told, and what was kept back because of what.

    ID is what its message shows, or the beginning of it; or the name of a rule, for the last lines of what it watches,
    with a project if there are several: low-balance/acme-prod. The database is only read; the bot may run meanwhile.
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
        with looking(database or _database(config)) as connection:
            found = chronicle(connection, incident)
    except StorageError as error:
        raise Refused(str(error)) from error
    except UnknownIncident as error:
        raise Refused(not_found(incident, error, days_of)) from error
    click.echo(as_object(found) if as_json else as_text(found, days_of))


@alerts.command()
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
        found = hearings(load_rules(rules, _checks(plugins)), read_labels(labels))
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


@alerts.command()
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
            pasts = quietly(of_deepgram(_settings(config), since, datetime.now(UTC)))
        else:
            pasts = of_database(database or _database(config), since)
        for line in lines_of(rules, pasts, zone, everything=everything):
            click.echo(line)
    except (BadBacktest, RulesError, SamplesError, StorageError) as error:
        raise Refused(str(error)) from error


@alerts.command("fire-test")
@click.argument("rule")
@click.option("--rules", type=click.Path(path_type=Path), help="The rules file; else the rules of the bot's database.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
def fire_test(*, rule: str, rules: Path | None, config: Path | None) -> None:
    """Post what RULE would post, marked as a test, through the Slack of the settings; no state is touched."""
    import asyncio

    from dgbot.adapters.storage.errors import StorageError
    from dgbot.app.fire_test import CannotFire, fire, named
    from dgbot.app.outside import database_url
    from dgbot.cli.alert_rules import RulesError, load_rules

    settings = _settings(config)
    try:
        known = load_rules(rules, _checks()) if rules is not None else None
        found = named(rule, known, database_url(settings))
        posted = asyncio.run(fire(found, settings))
    except (CannotFire, RulesError, StorageError) as error:
        raise Refused(str(error)) from error
    click.echo(f"Posted to {', '.join(posted)}, marked as a test.")


def _checks(plugins: Path | None = None) -> dict[str, Check]:
    from dgbot.plugin.config import PluginConfig
    from dgbot.plugin.discovery import load_plugins
    from dgbot.plugin.errors import PluginError

    try:
        return load_plugins(PluginConfig(), directory=plugins).checks
    except PluginError as error:
        raise Refused(str(error)) from error


def _database(config: Path | None) -> str:
    from dgbot.app.outside import database_url

    return database_url(_settings(config))


def _settings(config: Path | None) -> Settings:
    from dgbot.settings import SettingsError, load

    try:
        return load(config)
    except SettingsError as error:
        raise Refused("\n".join(error.problems)) from None
