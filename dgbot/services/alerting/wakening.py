"""What fires is spoken of again as soon as what kept it quiet has ended, and not when its rule is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.hushing import QuietRoute
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.states import AlertState, Step
from dgbot.domain.alerting.telling import Hush, Told
from dgbot.domain.ports import AlertStore, Clock
from dgbot.plugin.check import Check
from dgbot.plugin.context import Project
from dgbot.services.alerting.gathering import gathered
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.notices import announced, telling_of
from dgbot.services.alerting.quiet_summary import PutOff, together
from dgbot.services.projects import named

BATCH = 100
"""Instances that are saved in one transaction."""

A_FEW = 50
"""Instances after which everything else gets its turn."""


class Wakening:
    """Looks at what fires between its evaluations: snoozes, acknowledgements, silences that begin or end.

    `speak` compares what holds with what was told, so a step of no transitions says just what is missing. *name_of*
    tells the name of a project's id, which routes and silences may go by.
    """

    def __init__(
        self,
        store: AlertStore,
        checks: Mapping[str, Check],
        project: Callable[[], Awaitable[Project]],
        clock: Clock,
        *,
        quiet: Sequence[QuietRoute] = (),
        name_of: Callable[[str], str] = str,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._checks = checks
        self._project = project
        self._clock = clock
        self._quiet = quiet
        self._name_of = name_of
        self._wake_outbox = wake_outbox

    async def run_due(self) -> None:
        """Speak of everything whose quiet is not what it was when it was last spoken of."""
        now, hushes = self._clock.now(), Hushes(self._store, self._checks, self._quiet)
        firing = [one for one in await hushes.look(now) if one.state is not None and one.state.fires]
        if not firing:
            return
        project, rules = await self._project(), dict[str, AlertRule | None]()
        changed, put_off = dict[str, tuple[AlertRule, list[Evaluated]]](), dict[tuple[str, str], list[PutOff]]()
        for number, one in enumerate(firing, start=1):
            if number % A_FEW == 0:
                await asyncio.sleep(0)
            if one.rule_id not in rules:
                rules[one.rule_id] = await self._store.rule(one.rule_id)
            rule = rules[one.rule_id]
            if rule is None or one.state is None:
                continue
            name = named(one.labels, project, self._name_of)
            hush = hushes.of(rule, one, one.state, project=name)
            if not _is_other(one.told, hush, now):
                continue
            saved = self._spoken(rule, one, one.state, hush, hushes, name, now)
            route = None if hush.reason else hushes.put_off_by(one.told)
            if route is None:
                changed.setdefault(one.rule_id, (rule, []))[1].append(saved)
            else:
                home = saved.after.told.places[0].channel_id if saved.after.told.places else rule.channel_id
                excess = rule.ladder.excess(one.state.value)
                off = PutOff(route, home, self._headline(rule, saved.after, name, now), saved, excess)
                put_off.setdefault((home, route.hours.name), []).append(off)
        saves = list[Evaluated]()
        for rule, of_rule in changed.values():
            saves += gathered(of_rule, rule, occasion=now.isoformat(), now=now)
        for (channel_id, hours), group in put_off.items():
            went = await self._came_and_went(channel_id, hours, group[0].route.hours.began_before(now), rules)
            saves += together(group, came_and_went=went, now=now)
        for start in range(0, len(saves), BATCH):
            await self._store.save_evaluated(saves[start : start + BATCH])
        if saves:
            self._wake_outbox()

    async def _came_and_went(
        self, channel_id: str, hours: str, since: datetime, rules: dict[str, AlertRule | None]
    ) -> int:
        """Count the incidents of a channel that fired and closed in its quiet hours."""
        count = 0
        for rule_id in await self._store.unheard(f"quiet-hours:{hours}", since):
            if rule_id not in rules:
                rules[rule_id] = await self._store.rule(rule_id)
            rule = rules[rule_id]
            count += rule is not None and channel_id in rule.channels
        return count

    def _headline(self, rule: AlertRule, one: Instance, name: str, now: datetime) -> str:
        telling = telling_of(rule, one, project=name, at=now, check=self._checks.get(rule.check))
        return "" if telling is None else telling.headline

    def _spoken(
        self, rule: AlertRule, one: Instance, state: AlertState, hush: Hush, hushes: Hushes, name: str, now: datetime
    ) -> Evaluated:
        taken = Step(state)
        speech = speak(one.told, taken, hush=hush, now=now, ladder=rule.ladder, manner=rule.manner)
        after = replace(one, told=speech.told, revision=one.revision + 1)
        check, quiet = self._checks.get(rule.check), hushes.explained(speech.told.hushed)
        said = announced(rule, after, speech.posts, project=name, at=now, check=check, quiet=quiet)
        lines = tuple(entries(taken, speech, now))
        return Evaluated(one, said.after, entries=lines, notices=said.notices, spoken=said.spoken)


def _is_other(told: Told, hush: Hush, now: datetime) -> bool:
    """Whether a snooze or an acknowledgement ran out, or something else keeps it quiet than when it was spoken of."""
    snoozed_out = told.snooze is not None and told.snooze.until is not None and now >= told.snooze.until
    acknowledged_out = told.ack is not None and now >= told.ack.until
    return snoozed_out or acknowledged_out or told.hushed != hush.reason
