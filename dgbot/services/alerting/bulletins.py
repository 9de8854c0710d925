"""The words of messages that tell of several alerts, and the duty that edits them until all of those are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.telling import Why
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import Clock
from dgbot.domain.replies import Buttons, Line, Note, Part, Reply, Text, run_button
from dgbot.plugin.check import Check
from dgbot.plugin.words import typed_word
from dgbot.services.alerting.notices import telling_of
from dgbot.services.alerting.telling import MARKS
from dgbot.services.displaced import OF_ALERT
from dgbot.services.facts import facts_of

SHOWN = 10
"""Alerts that a bulletin names."""

_NEWS = {
    Why.WORSE: "got worse",
    Why.REOPENED: "fire again",
    Why.RESOLVED: "are over",
    Why.REPEAT: "still fire",
    Why.HUSH_OVER: "still fire",
    Why.SNOOZE_OVER: "still fire",
    Why.ACK_OVER: "still fire, and nobody looks after them any more",
    Why.ESCALATION: "still fire, and nobody has acknowledged them",
    Why.FLAPPING: "go back and forth",
}
_GRAVITY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2, None: 3}


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One of several alerts in a *line*; *severity* is None for one that is closed, *excess* how far it is beyond."""

    severity: Severity | None
    line: Line
    excess: Decimal = Decimal(0)


def opening(bulletin: Bulletin, told: Sequence[AlertLine], *, first: str = "", small: str = "") -> Reply:
    """Return the message of alerts that fire at once; *first* says why, *small* what else there is to know."""
    of = f": {bulletin.rule}" if bulletin.rule else ""
    top = f"{_mark(told)} {first}{len(told)} alerts {'still ' if first else ''}fire{of}"
    return Reply(top, (*_listed(told), Note(f"{small}Each is in the thread"), _acts(bulletin)))


def news(told: Sequence[AlertLine], whys: Set[Why]) -> Reply:
    """Return what is new of several alerts that have messages of their own, for one reason or for many."""
    what = _NEWS.get(next(iter(whys)), "have news") if len(whys) == 1 else "have news"
    return Reply(f"{_mark(told)} {len(told)} alerts {what}", (*_listed(told), Note("Each has its own message")))


def _now(bulletin: Bulletin, told: Sequence[AlertLine], now: datetime) -> Reply:
    of = f": {bulletin.rule}" if bulletin.rule else ""
    since: Line = ("Told ", bulletin.opened_at, " · each is in the thread")
    if not told:
        small: Line = ("From ", bulletin.opened_at, " to ", now, " · each is in the thread")
        return Reply(f"⚪ All {bulletin.total} alerts are closed{of}", (Note(small),))
    top = f"{_mark(told)} {len(told)} of {bulletin.total} alerts still fire{of}"
    return Reply(top, (*_listed(told), Note(since), _acts(bulletin)))


def _mark(told: Sequence[AlertLine]) -> str:
    worst = min((one.severity for one in told), key=lambda one: _GRAVITY[one], default=None)
    return "🟢" if worst is None else MARKS[worst]


def _listed(told: Sequence[AlertLine]) -> list[Part]:
    by_gravity = sorted(told, key=lambda one: (_GRAVITY[one.severity], -one.excess))
    lines: list[Part] = [Text(one.line) for one in by_gravity[:SHOWN]]
    return [*lines, Note(f"and {len(told) - SHOWN} more")] if len(told) > SHOWN else lines


def _acts(bulletin: Bulletin) -> Buttons:
    if not bulletin.rule:
        return Buttons((run_button("Show all", f"alerts --channel {bulletin.channel_id}"),))
    matcher = typed_word(f"rule={bulletin.rule}")
    return Buttons(
        (
            run_button("Acknowledge all", f"alerts ack {matcher}", style="primary"),
            run_button("Show all", f"alerts --rule {typed_word(bulletin.rule)}"),
            run_button("Silence…", f"alerts silence {matcher}"),
        )
    )


class BulletinStore(Protocol):
    """What has to be known of bulletins and of what they tell of."""

    async def bulletins(self) -> list[Bulletin]:
        """Return those of which something may still fire."""

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that."""

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""


class Bulletins:
    """Edits what tells of several alerts as these close, whatever closed them; *name_of* names projects."""

    def __init__(
        self,
        store: BulletinStore,
        checks: Mapping[str, Check],
        name_of: Callable[[str], str],
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._checks = checks
        self._name_of = name_of
        self._clock = clock
        self._wake_outbox = wake_outbox

    async def run_due(self) -> None:
        """Edit every bulletin that says of more or fewer alerts than fire that they do."""
        standing = await self._store.bulletins()
        if not standing:
            return
        now, firing = self._clock.now(), defaultdict[str, list[Instance]](list)
        for one in await self._store.unwell():
            if one.state is not None and one.state.fires and one.told.open:
                for about in one.told.under:
                    firing[about].append(one)
        for bulletin in standing:
            left = len(firing[bulletin.about])
            if left == bulletin.left:
                continue
            after = replace(bulletin, left=left, total=max(bulletin.total, left))
            told = [found for one in firing[bulletin.about] if (found := await self._told(one, now))]
            notice = Notice(
                f"{bulletin.about}:{now.isoformat()}",
                NoticeKind.OPS,
                bulletin.channel_id,
                facts_of(reply=_now(after, told, now)) | OF_ALERT,
                about=bulletin.about,
            )
            if await self._store.change_bulletin(bulletin, after, notice, now=now):
                self._wake_outbox()

    async def _told(self, one: Instance, now: datetime) -> AlertLine | None:
        rule = await self._store.rule(one.rule_id)
        project = self._name_of(one.labels.get("project_id", ""))
        check = self._checks.get(rule.check) if rule else None
        telling = telling_of(rule, one, project=project, at=now, check=check) if rule else None
        if rule is None or telling is None:
            return None
        return AlertLine(one.severity, telling.headline, rule.ladder.excess(telling.state.value))
