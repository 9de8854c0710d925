"""Plays a script with the bot's own monitor, on a clock that only the script moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.audit import AuditEvent
from dgbot.domain.ports import Clock
from dgbot.plugin.context import Project
from dgbot.services.alerting.bulletins import Bulletins
from dgbot.services.alerting.elsewhere import Elsewhere
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measures
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rehearsal.channels import Channels
from dgbot.services.alerting.rehearsal.finding import Finding
from dgbot.services.alerting.rehearsal.notebook import Notebook
from dgbot.services.alerting.rehearsal.people import CannotAct, People
from dgbot.services.alerting.rehearsal.performance import Futile, Performance
from dgbot.services.alerting.rehearsal.script import Archives, Doing, Script, Stops
from dgbot.services.alerting.rehearsal.tray import Tray
from dgbot.services.alerting.rehearsal.witness import Witness
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.alerting.wakening import Wakening
from dgbot.services.outbox import Outbox


async def play(script: Script, measuring: Callable[[Clock], Measures] | None = None) -> Performance:
    """Return what *script* leads to; the same script always leads to the same.

    *measuring* takes the place of its series, with the stage's clock.
    """
    return await _Stage(script, measuring or (lambda _: Finding(script))).play()


@dataclass
class Hand:
    """A clock that is set, and never goes by itself."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment that is played."""
        return self.at


class _Stage:
    """The bot's parts as `dgbot.app.parts` puts them together, with a notebook for a database and no Slack."""

    def __init__(self, script: Script, measuring: Callable[[Clock], Measures]) -> None:
        self._script = script
        self._clock = Hand(script.start)
        self._tray = Tray()
        self._witness = Witness({rule.id: rule for rule in script.rules}, script.name_of)
        self._notebook = store = Notebook(self._tray.queue, self._witness.note)
        self._witness.silences = store.standing
        self._channels = Channels(self._clock, self._witness.meant)
        self._outbox = Outbox(self._tray, self._channels, self._clock)
        elsewhere = Elsewhere(store, self._clock, script.ops_channel, wake_outbox=_nothing)
        self._outbox.given_up.append(elsewhere.not_delivered)
        names = dict.fromkeys(one.project for one in script.series)
        self._projects = [*script.projects, *(Project(name, name) for name in names)] or [Project("", "")]
        self._monitor = Monitor(
            store,
            measuring(self._clock),
            Hushes(store, script.checks, script.quiet, puts_off=True),
            Troubles(store, script.ops_channel),
            self._clock,
            wake_outbox=_nothing,
            projects=self._all_projects,
        )
        self._wakening = Wakening(
            store,
            script.checks,
            self._project,
            self._clock,
            quiet=script.quiet,
            name_of=script.name_of,
            wake_outbox=_nothing,
        )
        self._bulletins = Bulletins(store, script.checks, script.name_of, self._clock, wake_outbox=_nothing)
        self._people = People(script, store, self._clock, self._wakening, self._projects[0])
        self._futile = list[Futile]()

    async def play(self) -> Performance:
        """Play every moment at which something may happen."""
        script, start = self._script, self._script.start
        for rule in script.rules:
            await self._notebook.put_rule(rule, due_at=start, audit=AuditEvent(start, "", "rule.put", rule.id, "done"))
        doings, back = deque(sorted(script.doings, key=lambda one: one.at)), start
        while (now := self._clock.at) < script.end:
            if now >= back:
                await self._round()
            while doings and doings[0].at == now:
                doing = doings.popleft()
                if isinstance(doing.deed, Stops):
                    back = max(back, now + doing.deed.lasts)
                else:
                    await self._does(doing, stopped=now < back)
            ahead = {max(at, back) for at in self._bot_acts(now)} | {one.at for one in doings}
            self._clock.at = min((at for at in ahead if at > now), default=script.end)
        said = tuple(self._channels.said)
        return Performance(said, tuple(self._witness.unsaid), tuple(self._witness.standings), tuple(self._futile))

    def _bot_acts(self, now: datetime) -> Iterator[datetime]:
        """Yield the moments at which a tick may find something to do, as far as that can be told now."""
        yield from self._notebook.due_at.values()
        yield from self._tray.times()
        if firing := self._witness.firing:
            yield from (one.ends for one in self._notebook.standing.values())
            for route in self._script.quiet:
                yield from (route.hours.begins_after(now), route.hours.ends_after(now))
            for told in firing.values():
                yield from (told.ack.until,) if told.ack is not None else ()
                yield from (told.snooze.until,) if told.snooze is not None and told.snooze.until is not None else ()

    async def _round(self) -> None:
        """Do what a tick does, and let its news be heard."""
        await self._monitor.run_due()
        if self._witness.firing:
            await self._wakening.run_due()
        await self._bulletins.run_due()
        while await self._tray.due(self._clock.at, 1):
            await self._outbox.send_due()

    async def _does(self, doing: Doing, *, stopped: bool) -> None:
        if isinstance(doing.deed, Archives):
            self._channels.archived.add(doing.deed.channel_id)
            return
        if stopped:
            self._futile.append(Futile(doing.at, doing.by, "The bot does not run."))
            return
        try:
            await self._people.do(doing)
        except CannotAct as error:
            self._futile.append(Futile(doing.at, doing.by, str(error)))
        else:
            await self._round()

    async def _project(self) -> Project:
        return self._projects[0]

    async def _all_projects(self) -> Sequence[Project]:
        return self._projects


def _nothing() -> None:
    """Wake nobody: the stage looks for what is to be sent by itself."""
