"""From the words of a rules file to a rule: what fits a kind, and every mistake with the place of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.routes import Route
from dgbot.domain.alerting.rules import WhenNoData, is_pattern
from dgbot.domain.alerting.scene import REPEATS
from dgbot.plugin.check import Check
from dgbot.plugin.rule_spec import RuleSpec, cleared
from dgbot.services.alerting.schedules import NeverDue, longest_pause
from dgbot.settings.amounts import Quantity
from dgbot.settings.rule_entry import OverrideEntry, RuleEntry

Path = tuple[str, ...]
UNITS = {"usd": "US dollars", "day": "days", "hour": "hours", "percent": "percent", "count": "a number"}
_ID = re.compile(r"[0-9A-Fa-f-]+")
_LIKE = "5d4fae3c-0000-4000-8000-000000000000"
_RANKS = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)


@dataclass
class RuleDrawing:
    """Draws the rules of one entry, of which those without a channel are told along *routes*.

    *problems* are sentences, each with its place in the entry.
    """

    checks: Mapping[str, Check]
    routes: tuple[Route, ...] = ()
    problems: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])

    def specs(self, entry: RuleEntry) -> list[RuleSpec]:
        """Return the rule of *entry*, and one for each project in which it is otherwise; [] if something is wrong."""
        check = self.checks.get(entry.kind)
        if check is None:
            close = difflib.get_close_matches(entry.kind, self.checks, n=1)
            fits = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(self.checks))}."
            self.problems.append((("kind",), f"{entry.kind!r} is no kind of rule; {fits}"))
            return []
        if entry.override and not is_pattern(entry.project or ""):
            self.problems.append((("override",), 'Only a rule for several projects, such as project = "*", has any.'))
        found = [self._spec(entry, check, (), entry.project or "", tuple(sorted(entry.override)))]
        for project_id, otherwise in entry.override.items():
            if not _ID.fullmatch(project_id):
                told = f"{project_id} is no id of a project, such as {_LIKE}; an override is for an id, not for a name."
                self._wrong(("override", project_id), told)
            if not otherwise.off:
                place = ("override", project_id)
                found.append(self._spec(_merged(entry, otherwise), check, place, project_id, ()))
        return [one for one in found if one is not None] if not self.problems else []

    def _spec(
        self, entry: RuleEntry, check: Check, place: Path, project: str, apart_from: tuple[str, ...]
    ) -> RuleSpec | None:
        known = len(self.problems)
        side, levels = self._levels(entry, check, place)
        every, cron, zone = self._schedule(entry, check, place)
        self._params(entry, check, place)
        if len(self.problems) > known:
            return None
        plain = {name: getattr(entry, name) for name in _PLAIN if getattr(entry, name) is not None}
        return RuleSpec(
            name=entry.name,
            check=entry.kind,
            threshold=None,
            channel_id=entry.channel or "",
            routes=() if entry.channel else self.routes,
            origin="file",
            every=every,
            cron=cron,
            zone=zone,
            project=project,
            apart_from=apart_from,
            side=side,
            levels=levels,
            unit=check.unit or "usd",
            keep_firing=check.keep_firing if entry.keep_firing is None else entry.keep_firing,
            when_no_data=entry.no_data or WhenNoData.KEEP,
            repeat={**(REPEATS if check.repeats else dict.fromkeys(REPEATS)), **(entry.repeat or {})},
            escalation=tuple(step.step() for step in entry.escalate or ()),
            **plain,
        )

    def _levels(self, entry: RuleEntry, check: Check, place: Path) -> tuple[Side, tuple[Level, ...]]:
        if entry.below is not None and entry.above is not None:
            self._wrong((*place, "above"), "A rule fires below its lines or above them; write one of the two.")
        side = Side.BELOW if entry.below else Side.ABOVE if entry.above else check.side
        if side is not check.side and (check.levels or check.one_sided):
            self._wrong((*place, str(side)), f"{check.name} is bad {check.side} its lines; write {check.side} = ….")
            return side, ()
        if entry.hysteresis is not None and entry.hysteresis.unit != "percent":
            self._same_unit(entry.hysteresis, check, (*place, "hysteresis"))
        given = entry.below or entry.above
        lines = list(self._lines(given, check, (*place, str(side)))) if given else list(check.levels)
        if not lines:
            empty = tuple(name for name in ("below", "above") if getattr(entry, name) is not None)
            told = f"It has no line; write for example {check.side} = {{ warning = 50, critical = 10 }}."
            self._wrong((*place, *empty[:1]), told)
            return side, ()
        hold = check.hold
        if entry.hold is not None or entry.for_evaluations is not None:
            hold = Hold(entry.hold or timedelta(), entry.for_evaluations or 1)
        levels = tuple(cleared(s, line, side, hold, away=self._away(entry, check, line)) for s, line in lines)
        try:
            Ladder(side, levels)
        except ValueError as error:
            self._wrong((*place, str(side)), str(error))
        return side, levels

    def _lines(
        self, given: Mapping[Severity, list[Quantity]], check: Check, place: Path
    ) -> Iterator[tuple[Severity, Decimal]]:
        for severity in _RANKS:
            for one in given.get(severity, ()):
                self._same_unit(one, check, (*place, severity))
                if check.most is not None and one.number >= check.most:
                    where = (*place, str(severity))
                    told = f"{'.'.join(where)}: {check.name} is never above {check.most}; a line below it would fit."
                    self._wrong(where, told)
                yield severity, one.number

    def _away(self, entry: RuleEntry, check: Check, line: Decimal) -> Decimal:
        away = entry.hysteresis
        if away is None:
            return abs(line) * check.hysteresis
        return abs(line) * away.number / 100 if away.unit == "percent" else away.number

    def _same_unit(self, one: Quantity, check: Check, place: Path) -> None:
        if one.unit and check.unit and one.unit != check.unit:
            measured, where = UNITS.get(check.unit, check.unit), ".".join(place)
            told = f"{where}: {one.number} is in {UNITS[one.unit]}, and {check.name} is measured in {measured}; write "
            self._wrong(place, f"{told}{_written(one.number, check.unit)}.")

    def _schedule(self, entry: RuleEntry, check: Check, place: Path) -> tuple[timedelta | None, str, str]:
        zone = entry.zone or "UTC"
        if entry.cron is None:
            if entry.zone is not None:
                told = 'zone says nothing without cron; write cron = "0 9 * * 1-5", or leave zone out.'
                self._wrong((*place, "zone"), told)
            return entry.every or check.every, "", zone
        if entry.every is not None:
            self._wrong((*place, "cron"), "A rule is due every so often or at the times of cron; write one of the two.")
        try:
            return longest_pause(entry.cron, zone), entry.cron, zone
        except NeverDue as error:
            self._wrong((*place, "cron"), str(error))
            return None, "", zone

    def _params(self, entry: RuleEntry, check: Check, place: Path) -> None:
        params = entry.params or {}
        for name in sorted(params.keys() - check.params.keys()) if check.params or check.unit else ():
            fits = f"it has {', '.join(check.params)}." if check.params else "it has none."
            self._wrong((*place, "params", name), f"{check.name} has no parameter {name}; {fits}")
        try:
            check.fits(params)
        except ValueError as error:
            self._wrong((*place, "params"), str(error))

    def _wrong(self, place: Path, sentence: str) -> None:
        if (place, sentence) not in self.problems:
            self.problems.append((place, sentence))


def _written(number: Decimal, unit: str) -> str:
    """Return how a file says *number* in *unit*."""
    named = {"usd": f"${number}", "day": f"{number} days", "hour": f"{number} hours", "percent": f"{number} %"}
    return f'"{named[unit]}" or {number}' if unit in named else f"{number}"


_PLAIN = (
    *("through_quiet_hours", "labels", "mentions", "runbook", "message", "no_data_after", "error_after", "max_age"),
    *("reopen_within", "ack_lasts", "params"),
)


def _merged(entry: RuleEntry, otherwise: OverrideEntry) -> RuleEntry:
    """Return *entry* as it is in the project of *otherwise*; what has parts is put together, lines are replaced."""
    said = {name: getattr(otherwise, name) for name in otherwise.model_fields_set - {"off"}}
    for name in ("repeat", "labels", "mentions", "params"):
        if name in said:
            said[name] = {**(getattr(entry, name) or {}), **said[name]}
    if {"below", "above"} & said.keys():
        said = {"below": None, "above": None, **said}
    if {"every", "cron"} & said.keys():
        said = {"every": None, "cron": None, **({} if "cron" in said else {"zone": None}), **said}
    return entry.model_copy(update=said)
