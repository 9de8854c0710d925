"""What ``dgbot alerts backtest`` reads and prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dgbot.adapters.storage.kept_samples import kept_samples
from dgbot.adapters.storage.looking import looking
from dgbot.cli import forecasts
from dgbot.cli.alert_rules import load_rules
from dgbot.cli.playing import played
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.telling import LOUD, Act
from dgbot.domain.forecast.readings import Reading
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.services.alerting.rehearsal.backtest import PLAYED, backtest
from dgbot.services.alerting.rehearsal.expecting import line_of
from dgbot.services.alerting.rehearsal.performance import TROUBLE, Performance


class BadBacktest(Exception):
    """Nothing to look back on; the message says what would fit."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Readings of a project's balance, *until* a moment."""

    project: str
    readings: Sequence[Reading]
    until: datetime


def of_file(path: Path) -> list[Kept]:
    """Return the readings of a file; raises SamplesError."""
    asked = forecasts.read(path)
    return [Kept(path.stem, asked.readings, asked.now)]


def of_database(url: str, since: str) -> list[Kept]:
    """Return the readings that the bot kept *since* so long, a project each; raises BadBacktest and StorageError."""
    try:
        span = read_duration(since)
    except Unfit as unfit:
        raise BadBacktest(f"--since: {since!r} {unfit.clause}") from None
    now = datetime.now(UTC)
    with looking(url) as connection:
        found = kept_samples(connection, now - span)
    if not found:
        raise BadBacktest(f"The bot kept no readings of the last {since}; name a file of them with --samples.")
    return [Kept(project, readings, now) for project, readings in found.items()]


def lines_of(path: Path, kept: Sequence[Kept], zone: str, *, everything: bool) -> Iterator[str]:
    """Yield what the rules of a file would have posted, and how often; raises BadBacktest and RulesError."""
    checks, lives_in = load_plugins(PluginConfig()).checks, ZoneInfo(str(forecasts.zone_of(zone)))
    rules = load_rules(path, checks)
    if not (playable := [rule for rule in rules if rule.check in PLAYED]):
        raise BadBacktest(f"{path}: only rules of the kinds {' and '.join(PLAYED)} can be played; it has none.")
    for one in kept:
        script = backtest(playable, one.readings, project=one.project, until=one.until, zone=lives_in, checks=checks)
        performance = played(script)
        for said in performance.said:
            if everything or said.act in {*LOUD, TROUBLE}:
                yield f"{said.at.astimezone(lives_in):%Y-%m-%d %H:%M}  {said.rule or 'the bot'}: {line_of(said)}"
        yield from (_count(rule, performance, one.project) for rule in playable)
    for rule in rules:
        if rule.check not in PLAYED:
            yield f"{rule.name} was left out: what its kind, {rule.check}, measures does not follow from a balance."


def _count(rule: AlertRule, performance: Performance, project: str) -> str:
    mine = [one for one in performance.said if one.rule == rule.name]
    heard, edits = sum(one.act in LOUD for one in mine), sum(one.act == Act.EDIT for one in mine)
    kept = sum(one.rule == rule.name for one in performance.unsaid)
    return f"{rule.name} about {project}: {_many(heard, 'post')}, {_many(edits, 'edit')}, {kept} kept back."


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
