"""What keeps the bot from seeing: one message to the operators for each cause, closed when it sees again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance, WhenNoData
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Note, Reply, Text
from dgbot.services.facts import facts_of

CAUSES = {
    Cause.AUTH: "Deepgram refuses the bot's key",
    Cause.RATE: "Deepgram answers that the bot asks too often",
    Cause.NET: "Deepgram can't be reached",
    Cause.API: "Deepgram answers with errors",
    Cause.BUG: "a check is broken",
}


CLOCK = "clock"


class Kept(Protocol):
    """What is remembered of troubles, as the store does."""

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""

    async def troubles(self) -> list[Trouble]:
        """Return what the operators were told."""

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble*."""

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*."""


@dataclass(slots=True)
class _Seen:
    since: datetime
    reason: str
    projects: set[str]
    checks: set[str]


class Troubles:
    """Collects, through a round of evaluations, what could not be seen, and tells what is new and what is over."""

    def __init__(self, store: Kept, ops_channel_id: str | None) -> None:
        self._store = store
        self._ops_channel_id = ops_channel_id
        self._seen: dict[str, _Seen] = {}

    def note(self, rule: AlertRule, instance: Instance, *, project: str, reason: str) -> None:
        """Remember an instance that was evaluated and of which nobody knows the value."""
        state = instance.state
        if state is None or not state.blind or (state.phase is Phase.NO_DATA and rule.when_no_data is WhenNoData.OK):
            return
        scope = _scope(state, instance)
        seen = self._seen.setdefault(scope, _Seen(state.good_at, reason, set(), set()))
        seen.since = min(seen.since, state.good_at)
        seen.projects.add(project)
        seen.checks.add(rule.check)

    def note_clock(self, now: datetime, before: datetime) -> None:
        """Remember that the clock says *now*, and said *before*, which is later: until then nothing is due."""
        self._seen[CLOCK] = _Seen(now, f"Nothing is evaluated before {before:%H:%M} UTC.", set(), set())

    async def settle(self, now: datetime) -> None:
        """Tell the operators once what is new of this round, and close what is over."""
        fresh, self._seen = self._seen, {}
        if self._ops_channel_id is None:
            return
        standing = {trouble.scope: trouble for trouble in await self._store.troubles()}
        for scope in fresh.keys() - standing.keys():
            trouble = Trouble(scope, fresh[scope].since, now)
            await self._store.open_trouble(trouble, self._notice(trouble, _words(scope, fresh[scope], now)))
        if standing.keys() - fresh.keys():
            blind = {_scope(one.state, one) for one in await self._store.unwell() if one.state and one.state.blind}
            for scope in standing.keys() - fresh.keys() - blind:
                over = self._notice(standing[scope], _over(standing[scope], now), over=True)
                await self._store.close_trouble(standing[scope], over, now=now)

    def _notice(self, trouble: Trouble, reply: Reply, *, over: bool = False) -> Notice:
        about = f"trouble:{trouble.scope}:{trouble.opened_at.isoformat()}"
        key = f"{about}:over" if over else about
        return Notice(key, NoticeKind.OPS, self._ops_channel_id or "", facts_of(reply=reply), about=about)


def _scope(state: AlertState, instance: Instance) -> str:
    """Name what one message is about: a cause, for the bot has one key; or a project without data."""
    if state.phase is Phase.ERROR:
        return f"error:{state.failing or Cause.API}"
    return f"no-data:{instance.labels.get('project_id', '')}"


def _words(scope: str, seen: _Seen, now: datetime) -> Reply:
    if scope == CLOCK:
        small = Note(("It says ", now, " · alerts keep their last state"))
        return Reply("🟡 The bot's clock was set back", (Text(seen.reason), small))
    where = _listed(sorted(seen.projects))
    kind, _, which = scope.partition(":")
    what = CAUSES[Cause(which)] if kind == "error" else "there is no data"
    headline = f"🟡 {where}: {what}"
    small = Note(
        ("Since ", seen.since, f" · {_listed(sorted(seen.checks))} · alerts keep their last state · tried ", now)
    )
    return Reply(headline, (Text(seen.reason), small) if seen.reason else (small,))


def _over(trouble: Trouble, now: datetime) -> Reply:
    if trouble.scope == CLOCK:
        return Reply("🟢 The bot's clock goes on", (Note(("It was behind from ", trouble.since, " to ", now)),))
    kind, _, which = trouble.scope.partition(":")
    what = CAUSES[Cause(which)] if kind == "error" else "There was no data"
    headline = f"🟢 The bot sees again: {what[0].lower()}{what[1:]} no longer" if kind == "error" else "🟢 Data is back"
    return Reply(headline, (Note(("It could not see from ", trouble.since, " to ", now)),))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
