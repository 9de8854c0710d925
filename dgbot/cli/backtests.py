"""What ``dgbot alerts backtest`` reads and prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from dgbot.adapters.storage import project_names
from dgbot.adapters.storage.kept_samples import kept_samples
from dgbot.adapters.storage.looking import looking
from dgbot.app.outside import deepgram_of
from dgbot.cli import forecasts
from dgbot.cli.alert_rules import load_rules
from dgbot.cli.playing import quietly
from dgbot.deepgram import DeepgramError
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.telling import LOUD, Act
from dgbot.domain.forecast.readings import Reading
from dgbot.plugin.check import Check
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.context import Project
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.services.alerting.rehearsal.backtest import backtest, can_be_played, concerned
from dgbot.services.alerting.rehearsal.expecting import line_of
from dgbot.services.alerting.rehearsal.past import Past
from dgbot.services.alerting.rehearsal.performance import SUMMARY, TROUBLE, Performance
from dgbot.services.projects import Projects
from dgbot.settings import Settings


class BadBacktest(Exception):
    """Nothing to look back on; the message says what would fit."""


def of_file(path: Path, name: str) -> list[Past]:
    """Return what a file of readings tells of the project *name*, else of one called as the file.

    Raises SamplesError and BadBacktest.
    """
    asked = forecasts.read(path)
    past = _past(Project(name or path.stem, name or path.stem), asked.readings, asked.now)
    if not past.readings:
        raise BadBacktest(f"{path} has no reading of a balance, so there is nothing to play.")
    return [past]


def of_database(url: str, since: str, name: str) -> list[Past]:
    """Return the readings that the bot kept *since* so long, a project each, or of the one with this *name* or id.

    Raises BadBacktest and StorageError.
    """
    span, now = _span(since), datetime.now(UTC)
    with looking(url) as connection:
        found, names = kept_samples(connection, now - span), project_names.names(connection)
    if not found:
        raise BadBacktest(
            f"The bot kept no readings of the last {since}; name a file of them with --samples, or ask Deepgram with "
            "--billing."
        )
    projects = [Project(project_id, names.get(project_id, project_id)) for project_id in found]
    fitting = [one for one in projects if name in {"", one.id, one.name}]
    if not fitting:
        known = ", ".join(sorted(one.name for one in projects))
        raise BadBacktest(f"The bot kept no readings of a project {name!r} in the last {since}; it did of {known}.")
    return [_past(one, found[one.id], now) for one in fitting]


async def of_deepgram(settings: Settings, since: str, now: datetime) -> list[Past]:
    """Return what Deepgram tells of spending, and the balance that follows from it; raises BadBacktest."""
    span, project = _span(since), settings.deepgram.project
    try:
        async with deepgram_of(settings) as deepgram:
            first = now.date() - span
            named = await Projects(deepgram, project).project()
            told = await deepgram.get_billing_breakdown(project, start=first, end=now.date())
            balances = (await deepgram.get_balances(project)).balances
            orders = (await deepgram.get_purchases(project, limit=1000)).orders
    except DeepgramError as error:
        raise BadBacktest(f"Deepgram does not tell what {project} spent: {error}") from None
    spent: dict[date, Decimal] = {}
    for one in told.results:
        if (day := one.grouping.start_date) is not None:
            spent[day] = spent.get(day, Decimal(0)) + one.dollars_exact
    if not spent:
        raise BadBacktest(f"Deepgram tells of no spending of {project} in the last {since}.")
    dollars = [one.amount_exact for one in balances if one.units.strip().lower() == "usd"]
    bought = [(one.created_at, one.amount_exact) for one in orders if one.units.strip().lower() in {"usd", ""}]
    left = sum(dollars, Decimal(0)) if dollars else None
    return [back_from(left, spent, [(at, amount) for at, amount in bought if at is not None], named, now)]


def back_from(
    left: Decimal | None,
    spent: Mapping[date, Decimal],
    bought: Sequence[tuple[datetime, Decimal]],
    project: Project,
    now: datetime,
) -> Past:
    """Return the past that leads to what is *left* now, with a reading of the balance at each UTC midnight."""
    readings = list[Reading]()
    if left is not None:
        readings.append(Reading(now, left, "usd"))
        for days in range((now.date() - min(spent)).days + 1):
            midnight = datetime.combine(now.date() - timedelta(days=days), time(), UTC)
            since = sum((amount for day, amount in spent.items() if day >= midnight.date()), Decimal(0))
            added = sum((amount for at, amount in bought if at > midnight), Decimal(0))
            readings.append(Reading(midnight, left + since - added, "usd"))
    return Past(project, now, sorted(readings, key=lambda one: one.at), spent)


def lines_of(path: Path, pasts: Sequence[Past], zone: str, *, everything: bool) -> Iterator[str]:
    """Yield what the rules of a file would have posted, and how often; raises BadBacktest and RulesError."""
    checks, lives_in = load_plugins(PluginConfig()).checks, ZoneInfo(str(forecasts.zone_of(zone)))
    rules = load_rules(path, checks)
    for past in pasts:
        mine, project = concerned(rules, past.project), past.project.name
        if not mine:
            yield f"Every rule leaves {project} alone."
            continue
        fit = quietly(_fitting(mine, past, checks))
        if not fit:
            kinds = ", ".join(sorted({rule.check for rule in mine}))
            raise BadBacktest(f"{path}: what {kinds} measure does not follow from what is known of {project}.")
        yield _played(past, lives_in)
        performance = quietly(backtest(fit, past, zone=lives_in, checks=checks))
        for said in performance.said:
            if everything or said.act in {*LOUD, TROUBLE, SUMMARY}:
                yield f"{said.at.astimezone(lives_in):%Y-%m-%d %H:%M}  {said.rule or 'the bot'}: {line_of(said)}"
        yield from (_count(rule, performance, project) for rule in fit)
        for rule in mine:
            if rule not in fit:
                yield f"{rule.name} was left out: what {rule.check} measures does not follow from what is known."


async def _fitting(rules: Sequence[AlertRule], past: Past, checks: Mapping[str, Check]) -> list[AlertRule]:
    return [rule for rule in rules if await can_be_played(rule, past, checks)]


def _past(project: Project, readings: Sequence[Reading], until: datetime) -> Past:
    known = sorted((one for one in readings if one.amount is not None), key=lambda one: one.at)
    if strange := next((one.unit for one in known if one.unit.strip().lower() != "usd"), ""):
        raise BadBacktest(f"The readings of {project.name} are in {strange!r}; rules watch balances in usd.")
    return Past(project, until, known)


def _played(past: Past, zone: ZoneInfo) -> str:
    what = [_many(len(past.readings), "reading")] if past.readings else []
    what += [_many(len(past.spent), "day") + " of spending"] if past.spent else []
    begins, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (past.begins, past.until))
    return f"Played {' and '.join(what)} of {past.project.name}, from {begins} to {until}."


def _span(since: str) -> timedelta:
    try:
        return read_duration(since)
    except Unfit as unfit:
        raise BadBacktest(f"--since: {since!r} {unfit.clause}") from None


def _count(rule: AlertRule, performance: Performance, project: str) -> str:
    mine = [one for one in performance.said if one.rule == rule.name]
    heard, edits = sum(one.act in LOUD for one in mine), sum(one.act == Act.EDIT for one in mine)
    kept = sum(one.rule == rule.name for one in performance.unsaid)
    return f"{rule.name} about {project}: {_many(heard, 'post')}, {_many(edits, 'edit')}, {kept} kept back."


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
