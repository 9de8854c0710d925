"""A file of tests of alert rules, as scripts to play and what has to come of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from dgbot.cli.alert_rules import RulesError, load_rules, rules_of, sentence, with_operators
from dgbot.cli.alert_test_words import (
    Expectation,
    QuietEntry,
    RehearsalEntry,
    RehearsalFile,
    SeriesEntry,
    local_time,
    since,
)
from dgbot.cli.outlines import Loc, Outline, OutlineError, read_outline
from dgbot.domain.alerting.hushing import QuietHours, QuietRoute
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule
from dgbot.plugin.check import Check
from dgbot.services.alerting.rehearsal.deeds import BadDeed, read_deed
from dgbot.services.alerting.rehearsal.expecting import Moment
from dgbot.services.alerting.rehearsal.notation import BadSeries, expand, read_series
from dgbot.services.alerting.rehearsal.script import Doing, Script, Series
from dgbot.settings.quiet import WEEKDAYS

LONGEST = timedelta(days=3660)


class UnreadableTests(Exception):
    """A test file that can't be played; the message names file and line, and says what would fit."""


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test: what is played, and what has to come of it."""

    name: str
    line: int
    script: Script
    moments: tuple[Moment, ...]
    any_edits: bool


def read_tests(path: Path, checks: dict[str, Check]) -> list[RuleTest]:
    """Return the tests of *path*, whose values *checks* put into words; raises UnreadableTests."""
    try:
        outline = read_outline(path)
    except OutlineError as error:
        raise UnreadableTests(str(error)) from None
    try:
        file = RehearsalFile.model_validate(outline.content or {})
    except ValidationError as error:
        all_of_it = error.errors(include_url=False)
        raise _at(outline, all_of_it[0]["loc"], sentence(all_of_it[0], all_of_it)) from None
    reader = _Reader(outline, checks)
    common = reader.rules(file.rules, ("rules",)) if file.rules is not None else ()
    return [reader.test(test, common, ("tests", index)) for index, test in enumerate(file.tests)]


@dataclass(frozen=True, slots=True)
class _Reader:
    outline: Outline
    checks: dict[str, Check]

    def rules(self, given: str | list[dict[str, Any]], loc: Loc) -> tuple[AlertRule, ...]:
        try:
            return self._read(given)
        except RulesError as error:
            raise _at(self.outline, (*loc, *error.loc), str(error)) from None

    def _read(self, given: str | list[dict[str, Any]]) -> tuple[AlertRule, ...]:
        if isinstance(given, str):
            return load_rules(self.outline.path.parent / given, self.checks)
        return rules_of(given, self.checks)

    def test(self, test: RehearsalEntry, common: tuple[AlertRule, ...], loc: Loc) -> RuleTest:
        start, zone = test.start
        rules = self.rules(test.rules, (*loc, "rules")) if test.rules is not None else common
        if not rules:
            raise _at(self.outline, loc, f"{test.name} has no rules; name a file of them, or write some under rules.")
        if not test.interval:
            raise _at(self.outline, (*loc, "interval"), "interval is no time at all; 15m would fit.")
        series = tuple(self._series(one, rules, (*loc, "series", at)) for at, one in enumerate(test.series))
        if test.interval * max(len(one.points) for one in series) > LONGEST:
            raise _at(self.outline, (*loc, "series"), f"The series last longer than {LONGEST.days} days; shorten them.")
        if len({(one.check, one.project, *sorted(one.labels.items())) for one in series}) < len(series):
            raise _at(
                self.outline,
                (*loc, "series"),
                "Two series are about the same thing; give one another project or label.",
            )
        script = Script(
            start=start,
            interval=test.interval,
            zone=zone,
            rules=tuple(with_operators(rule, test.operators) for rule in rules),
            series=series,
            quiet=_quiet(test.quiet, rules, zone),
            ops_channel=test.operators,
            checks=self.checks,
        )
        doings = [self._doing(one, script, (*loc, "people", at)) for at, one in enumerate(test.people)]
        moments = [self._moment(one, script, (*loc, "expect", at)) for at, one in enumerate(test.expect)]
        return RuleTest(
            test.name,
            self.outline.line(loc),
            script.with_doings(tuple(doings)),
            tuple(moments),
            any_edits=test.edits == "any",
        )

    def _series(self, given: SeriesEntry, rules: tuple[AlertRule, ...], loc: Loc) -> Series:
        kinds = sorted({rule.check for rule in rules})
        if given.kind not in kinds:
            raise _at(self.outline, (*loc, "kind"), f"No rule watches {given.kind!r}; they watch {', '.join(kinds)}.")
        try:
            points = tuple(expand(read_series(given.values)))
        except BadSeries as error:
            raise _at(self.outline, (*loc, "values"), str(error)) from None
        return Series(given.kind, given.project, points, given.labels)

    def _doing(self, given: dict[str, str], script: Script, loc: Loc) -> Doing:
        people = [name for name in given if name != "at"]
        if "at" not in given or len(people) != 1:
            raise _at(self.outline, loc, "Write when and who, such as {at: 1h, carol: acknowledge}.")
        at = self._time(given["at"], script, (*loc, "at"))
        try:
            return Doing(at, people[0], read_deed(people[0], given[people[0]]))
        except BadDeed as error:
            raise _at(self.outline, (*loc, people[0]), str(error)) from None

    def _moment(self, given: Expectation, script: Script, loc: Loc) -> Moment:
        names = sorted(rule.name for rule in script.rules)
        for name in (given.rule, *(post.rule for post in given.posts)):
            if name and name not in names:
                raise _at(self.outline, (*loc, "rule"), f"There is no rule {name!r}; there are {', '.join(names)}.")
        projects = sorted({one.project for one in script.series})
        for name in (given.project, *(post.project for post in given.posts)):
            if name and name not in projects:
                raise _at(
                    self.outline,
                    (*loc, "project"),
                    f"No series is about {name!r}; they are about {', '.join(projects)}.",
                )
        return Moment(
            at=self._time(given.at, script, (*loc, "at")),
            line=self.outline.line(loc),
            posts=given.posts,
            state=given.state,
            level=None if given.level in {None, "none"} else Severity(given.level),
            no_level=given.level == "none",
            rule=given.rule,
            project=given.project,
            kept_back=given.kept_back,
        )

    def _time(self, text: str, script: Script, loc: Loc) -> datetime:
        """Return a time since the start, or a local one of the test's zone, that is played."""
        try:
            at = local_time(text, script.zone) if "T" in text else script.start + since(text)
        except ValueError as error:
            raise _at(self.outline, loc, f"at: {str(error).rstrip('.')}.") from None
        if not script.start <= at < script.end:
            ends = f"{script.end.astimezone(script.zone):%Y-%m-%dT%H:%M}"
            raise _at(self.outline, loc, f"at: {text} is not played: the series end before {ends}; add values to them.")
        return at


def _quiet(given: QuietEntry | None, rules: tuple[AlertRule, ...], zone: ZoneInfo) -> tuple[QuietRoute, ...]:
    if given is None:
        return ()
    hours = QuietHours("tests", *given.hours, zone, frozenset(WEEKDAYS.index(day) for day in given.weekdays))
    channels = frozenset(given.channels) or frozenset(rule.channel_id for rule in rules)
    return (QuietRoute(hours, channels, lets_critical_through=given.critical == "through"),)


def _at(outline: Outline, loc: Loc, message: str) -> UnreadableTests:
    return UnreadableTests(f"{outline.path}:{outline.line(loc)}: {message}")
