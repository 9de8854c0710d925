"""Plays a script: the same steps and the same words as in production, on a clock that only the script moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from dgbot.domain.alerting.answering import AwakeAlready, NothingFires, SeenAlready, acknowledge, snooze, wake
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.hushing import Neighbour, Silence, inhibitor
from dgbot.domain.alerting.labels import fit
from dgbot.domain.alerting.outcomes import Gone, Outcome, Value
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Act, Hush, Speech
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice
from dgbot.services.alerting.hushes import severity_of
from dgbot.services.alerting.monitor import incident_id
from dgbot.services.alerting.notices import announced
from dgbot.services.alerting.rehearsal.finding import failing, found, labels_of, project_of
from dgbot.services.alerting.rehearsal.performance import TROUBLE, Futile, Performance, Said, Standing, Unsaid
from dgbot.services.alerting.rehearsal.posting import posted
from dgbot.services.alerting.rehearsal.script import Acknowledges, Doing, Script, Silences, Snoozes, Stops, Wakes
from dgbot.services.alerting.schedules import next_due
from dgbot.services.alerting.troubles import Troubles

MORNING = time(9)


async def play(script: Script) -> Performance:
    """Return what *script* leads to; the same script always leads to the same."""
    stage = _Stage(script)
    await stage.play()
    return Performance(tuple(stage.said), tuple(stage.unsaid), tuple(stage.standings), tuple(stage.futile))


@dataclass
class _Stage:
    script: Script
    said: list[Said] = field(default_factory=list[Said])
    unsaid: list[Unsaid] = field(default_factory=list[Unsaid])
    standings: list[Standing] = field(default_factory=list[Standing])
    futile: list[Futile] = field(default_factory=list[Futile])
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict[tuple[str, str], Instance])
    silences: list[Silence] = field(default_factory=list[Silence])

    async def play(self) -> None:
        shelf = _Shelf(self)
        troubles = Troubles(shelf, self.script.ops_channel)
        end = self.script.end
        due = {rule.id: self.script.start for rule in self.script.rules}
        doings = deque(sorted(self.script.doings, key=lambda one: one.at))
        while (now := min([*due.values(), *(one.at for one in doings)], default=end)) < end:
            rules = [rule for rule in self.script.rules if due[rule.id] == now]
            if rules:
                await self._round(rules, now, shelf, troubles)
                due |= {rule.id: next_due(rule.schedule, now) for rule in rules}
            while doings and doings[0].at == now:
                doing = doings.popleft()
                if isinstance(doing.deed, Stops):
                    back = now + doing.deed.lasts
                    due = {rule_id: max(at, back) for rule_id, at in due.items()}
                else:
                    self._does(doing)

    async def _round(self, rules: Sequence[AlertRule], now: datetime, shelf: _Shelf, troubles: Troubles) -> None:
        shelf.now = now
        others = [
            Neighbour(one.rule_id, one.fingerprint, one.labels, one.severity, failing(one.state))
            for one in self.instances.values()
        ]
        for rule in rules:
            for instance, outcome in found(self.script, rule, self.instances, now):
                after = self._evaluate(rule, instance, outcome, others, now)
                reason = "" if isinstance(outcome, Value) else outcome.reason
                troubles.note(rule, after, project=project_of(after.labels), reason=reason)
        await troubles.settle(now)

    def _evaluate(
        self, rule: AlertRule, before: Instance, outcome: Outcome, others: Iterable[Neighbour], now: datetime
    ) -> Instance:
        taken = step(
            before.state, outcome, now, rule.criteria, incident_id=incident_id(rule.id, before.fingerprint, now)
        )
        severity = severity_of(rule, taken.state)
        own = Neighbour(rule.id, before.fingerprint, before.labels, severity, failing(taken.state))
        hush = self._hush(rule, own, others, now)
        speech = speak(before.told, taken, hush=hush, now=now, ladder=rule.ladder, manner=rule.manner)
        after = replace(before, state=taken.state, told=speech.told, severity=severity, revision=before.revision + 1)
        self._keep(rule, after, speech, now)
        if isinstance(outcome, Gone) and not taken.state.fires and not speech.posts:
            del self.instances[rule.id, before.fingerprint]
        return after

    def _hush(self, rule: AlertRule, own: Neighbour, others: Iterable[Neighbour], now: datetime) -> Hush:
        labels = labels_of(rule, own.labels, own.severity)
        quiet = self.script.quiet
        return Hush(
            inhibited=inhibitor(own, others),
            silenced=next((one.id for one in self.silences if one.holds(labels, now)), ""),
            muted=quiet.name if quiet is not None and quiet.hold(now) else "",
        )

    def _keep(self, rule: AlertRule, after: Instance, speech: Speech, now: datetime) -> None:
        check, labels = self.script.checks.get(rule.check), labels_of(rule, after.labels, None)
        told = announced(rule, after, speech.posts, project=project_of(after.labels), at=now, check=check)
        self.instances[rule.id, after.fingerprint] = told.after
        for one, notice in zip(told.said, told.notices, strict=True):
            self.said.append(posted(now, one.act, one.post.why, notice, rule=rule.name, labels=labels))
        for kept in speech.withheld:
            self.unsaid.append(Unsaid(now, kept.act, kept.why, rule.name, labels, kept.because))
        if after.state is not None:
            self.standings.append(Standing(now, rule.name, labels, after.state.phase, after.severity))

    def _does(self, doing: Doing) -> None:
        deed = doing.deed
        if isinstance(deed, Silences):
            name, ends = f"{len(self.silences) + 1}", doing.at + deed.lasts
            try:
                self.silences.append(Silence(name, deed.matchers, doing.at, ends, doing.by, "in a test"))
            except ValueError as error:
                self.futile.append(Futile(doing.at, doing.by, str(error)))
        elif not isinstance(deed, Stops):
            meant = [
                one
                for one in self._instances()
                if one[2].fires and fit(deed.matchers, labels_of(one[0], one[1].labels, one[1].severity))
            ]
            if not meant:
                self.futile.append(Futile(doing.at, doing.by, "Nothing fires that this could be about."))
            for rule, instance, state in meant:
                self._answers(doing, rule, instance, state)

    def _instances(self) -> Iterator[tuple[AlertRule, Instance, AlertState]]:
        rules = {rule.id: rule for rule in self.script.rules}
        for one in list(self.instances.values()):
            if one.state is not None:
                yield rules[one.rule_id], one, one.state

    def _answers(self, doing: Doing, rule: AlertRule, instance: Instance, state: AlertState) -> None:
        told, by, now = instance.told, doing.by, doing.at
        try:
            match doing.deed:
                case Acknowledges():
                    speech = acknowledge(told, state, by=by, now=now, lasts=rule.ack_lasts)
                case Snoozes(lasts=lasts, until_tomorrow=tomorrow):
                    until = self._morning_after(now) if tomorrow else now + lasts if lasts else None
                    speech = snooze(told, state, by=by, now=now, until=until)
                case Wakes():
                    speech = wake(told, state)
                case _:
                    return
        except (NothingFires, SeenAlready, AwakeAlready):
            return
        self._keep(rule, replace(instance, told=speech.told), speech, now)

    def _morning_after(self, now: datetime) -> datetime:
        zone = self.script.zone
        morning = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
        return morning.astimezone(UTC)


@dataclass
class _Shelf:
    """Remembers what the operators were told; that is all that `Troubles` needs of a store."""

    stage: _Stage
    now: datetime = field(init=False)
    standing: dict[str, Trouble] = field(default_factory=dict[str, Trouble])
    keys: set[str] = field(default_factory=set[str])

    async def unwell(self) -> list[Instance]:
        return list(self.stage.instances.values())

    async def troubles(self) -> list[Trouble]:
        return list(self.standing.values())

    async def rule(self, rule_id: str) -> AlertRule | None:
        return next((rule for rule in self.stage.script.rules if rule.id == rule_id), None)

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        self.standing[trouble.scope] = trouble
        self._say(TROUBLE, "told", notice)
        return True

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        self.standing[after.scope] = after
        self._say(Act.EDIT, "changed", notice)
        return True

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        del self.standing[trouble.scope]
        left = any(one.about == trouble.about for one in self.standing.values())
        self._say(Act.EDIT if left else TROUBLE, "changed" if left else "over", notice)
        return True

    def _say(self, act: str, why: str, notice: Notice) -> None:
        if notice.key not in self.keys:
            self.keys.add(notice.key)
            self.stage.said.append(posted(self.now, act, why, notice))
