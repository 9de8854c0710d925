"""What people say to the alerts that fire: looked up, answered, saved with the notice that shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dgbot.domain.alerting.answering import NothingFires, acknowledge, snooze, wake
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.hushing import QuietRoute, Silence, matched_labels
from dgbot.domain.alerting.labels import Matcher
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule, Instance, WhenNoData
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.telling import Speech, Told
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.ports import AlertStore, Clock, Directory
from dgbot.plugin.alerts import Alert, NoSuchAlert, NoSuchSilence, Reach, Reason, Snoozed, Story, Unseen, Until
from dgbot.plugin.check import Check
from dgbot.plugin.context import Project
from dgbot.services.alerting.cards import acts, overlay
from dgbot.services.alerting.chains import in_order
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.notices import announced, subject_of, telling_of
from dgbot.services.alerting.reaches import reach
from dgbot.services.alerting.reasons import reason
from dgbot.services.alerting.telling import Telling
from dgbot.services.alerting.wakening import Wakening
from dgbot.services.people import zone_of
from dgbot.services.projects import named

ATTEMPTS = 5
"""How often an answer is worked out anew because the alert was evaluated meanwhile."""

MORNING = time(9)
LONGEST_WHY = 200
"""Lines of an incident's history that are looked at."""

_GRAVITY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class AlertDesk:
    """What answering takes, whoever answers; *name_of* names projects."""

    store: AlertStore
    clock: Clock
    directory: Directory
    checks: Mapping[str, Check]
    wakening: Wakening
    quiet: Sequence[QuietRoute]
    name_of: Callable[[str], str]
    wake_outbox: Callable[[], None]


class PersonalAlerts:
    """The Alerts port of one invocation."""

    def __init__(self, desk: AlertDesk, *, project: Project, principal: Principal) -> None:
        self._desk = desk
        self._store = desk.store
        self._hushes = Hushes(desk.store, desk.checks, desk.quiet)
        self._project = project
        self._by = principal.user_id

    async def firing(self) -> list[Alert]:
        """Return every incident that is open, the worst and then the oldest first."""
        found = [self._alert(rule, one, state) for rule, one, state in await self._unwell() if state.fires]
        return sorted(found, key=lambda one: (_GRAVITY[one.severity], one.state.opened.since, one.id))

    async def unseen(self) -> list[Unseen]:
        """Return what can't be measured now, by the rule's name, but for rules to which no data are fine."""
        found = [
            Unseen(rule, self._named(one), state.good_at)
            for rule, one, state in await self._unwell()
            if state.blind and not (state.phase is Phase.NO_DATA and rule.when_no_data is WhenNoData.OK)
        ]
        return sorted(found, key=lambda one: (one.rule.name, one.since, one.project))

    async def acknowledge(self, alert_id: str) -> Alert:
        """Look after it: no repeats and no escalation for a while; raises SeenAlready."""
        return await self._answer(
            alert_id,
            "A01",
            "alert.acknowledge",
            lambda told, state, rule, now: acknowledge(told, state, by=self._by, now=now, lasts=rule.ack_lasts),
        )

    async def snooze(self, alert_id: str, lasts: timedelta | Until) -> Snoozed:
        """Hear nothing of it for so long, unless it gets worse or closes."""
        zone = await zone_of(self._desk.directory, self._by) if lasts is Until.TOMORROW else ""
        alert = await self._answer(
            alert_id,
            "A03",
            "alert.snooze",
            lambda told, state, _, now: snooze(told, state, by=self._by, now=now, until=_end(lasts, zone, now)),
        )
        return Snoozed(alert, zone)

    async def wake(self, alert_id: str) -> Alert:
        """Take back an acknowledgement and a snooze, whoever's they are."""
        return await self._answer(alert_id, "woken", "alert.wake", lambda told, state, _, __: wake(told, state))

    async def why(self, alert_id: str) -> Story:
        """Return what happened to it; of one that is over, too."""
        found = await self._store.chronicle(alert_id)
        if found is None:
            raise NoSuchAlert(alert_id)
        reasons = tuple(one if isinstance(one, Reason) else reason(one) for one in in_order(found)[-LONGEST_WHY:])
        if found.rule is None or not found.labels:
            return Story("", (), reasons)
        project = named(found.labels, self._project, self._desk.name_of)
        one = await self._store.instance_of(alert_id)
        places = one.told.places if one is not None else ()
        about = f"{subject_of(project, found.labels)} · {found.rule.name}"
        return Story(about, tuple(place.channel_id for place in places), reasons)

    async def reach(self, matchers: tuple[Matcher, ...]) -> Reach:
        """Return what a silence with these matchers would keep quiet now."""
        return await reach(
            self._store,
            matchers,
            own=self._project,
            name_of=self._desk.name_of,
            kinds=self._desk.checks,
            firing=await self.firing(),
        )

    async def silences(self) -> list[Silence]:
        """Return the silences that last, the one that ends first first."""
        return await self._store.silences(self._desk.clock.now())

    async def silence(self, matchers: tuple[Matcher, ...], *, lasts: timedelta, because: str) -> Silence:
        """Keep quiet what *matchers* fit, from now on; raises ValueError for one that can't be."""
        now, text = self._desk.clock.now(), " ".join(map(str, matchers))
        named_by = hashlib.sha256(f"{self._by}:{text}:{now.isoformat()}".encode()).hexdigest()[:8]
        silence = Silence(named_by, matchers, now, now + lasts, self._by, because)
        details = {"matchers": text, "ends": silence.ends.isoformat(), "because": because}
        event = AuditEvent(now, self._by, "alert.silence", silence.id, "done", details)
        await self._store.open_silence(silence, audit=event)
        await self._desk.wakening.run_due()
        return silence

    async def unsilence(self, silence_id: str) -> Silence:
        """End a silence, and return it; what fires is spoken of at once. Raises NoSuchSilence."""
        silence = next((one for one in await self.silences() if one.id == silence_id), None)
        event = AuditEvent(self._desk.clock.now(), self._by, "alert.unsilence", silence_id, "done")
        if silence is None or not await self._store.end_silence(silence_id, audit=event):
            raise NoSuchSilence(silence_id)
        await self._desk.wakening.run_due()
        return silence

    async def _unwell(self) -> list[tuple[AlertRule, Instance, AlertState]]:
        found = list[tuple[AlertRule, Instance, AlertState]]()
        rules: dict[str, AlertRule | None] = {}
        for one in await self._hushes.look(self._desk.clock.now()):
            if one.rule_id not in rules:
                rules[one.rule_id] = await self._store.rule(one.rule_id)
            rule = rules[one.rule_id]
            if rule is not None and one.state is not None:
                found.append((rule, one, one.state))
        return found

    async def _answer(
        self, alert_id: str, row: str, action: str, say: Callable[[Told, AlertState, AlertRule, datetime], Speech]
    ) -> Alert:
        """Save what *say* makes of the alert; worked out anew if it was evaluated, or answered, meanwhile."""
        for _ in range(ATTEMPTS):
            rule, before, state = await self._standing(alert_id)
            now = self._desk.clock.now()
            await self._hushes.look(now)
            speech = say(before.told, state, rule, now)
            after = replace(before, told=speech.told, revision=before.revision + 1)
            entry = Entry(now, alert_id, (row,), state.value, by=self._by)
            event = AuditEvent(now, self._by, action, alert_id, "done", {"rule": rule.name})
            check = self._desk.checks.get(rule.check)
            name, quiet = self._named(before), self._hushes.explained(speech.told.hushed)
            said = announced(rule, after, speech.posts, project=name, at=now, check=check, quiet=quiet)
            saved = Evaluated(before, said.after, entries=(entry,), notices=said.notices, audit=(event,))
            if await self._store.save_evaluated([saved]):
                self._desk.wake_outbox()
                return self._alert(rule, after, state)
        raise RuntimeError(f"The alert {alert_id} changed again and again while it was answered.")

    async def _standing(self, alert_id: str) -> tuple[AlertRule, Instance, AlertState]:
        """Return the open incident; raises NothingFires for one that is over, NoSuchAlert for one that never was."""
        one = await self._store.instance_of(alert_id) if alert_id else None
        rule = await self._store.rule(one.rule_id) if one is not None else None
        if one is not None and rule is not None and one.state is not None:
            if not one.state.fires:
                raise NothingFires(one.state.opened.closed_at)
            return rule, one, one.state
        entries = await self._store.incident_history(alert_id, limit=1) if alert_id else []
        if not entries:
            raise NoSuchAlert(alert_id)
        raise NothingFires(entries[-1].at)

    def _alert(self, rule: AlertRule, one: Instance, state: AlertState) -> Alert:
        telling = self._telling(rule, one)
        return Alert(
            id=state.opened.id,
            rule=rule,
            labels=matched_labels(rule, one.labels, project=telling.project, severity=one.severity),
            severity=telling.level.severity,
            state=state,
            told=one.told,
            headline=telling.headline,
            overlay=overlay(telling),
            acts=acts(telling),
        )

    def _named(self, one: Instance) -> str:
        return named(one.labels, self._project, self._desk.name_of)

    def _telling(self, rule: AlertRule, one: Instance) -> Telling:
        check, now = self._desk.checks.get(rule.check), self._desk.clock.now()
        name, quiet = self._named(one), self._hushes.explained(one.told.hushed)
        telling = telling_of(rule, one, project=name, at=now, check=check, quiet=quiet)
        assert telling is not None  # noqa: S101  # for the type checker: it has a state
        return telling


def _end(lasts: timedelta | Until, zone: str, now: datetime) -> datetime | None:
    if isinstance(lasts, timedelta):
        return now + lasts
    if lasts is Until.CHANGE:
        return None
    local = now.astimezone(ZoneInfo(zone or "UTC"))
    return datetime.combine(local.date() + timedelta(days=1), MORNING, local.tzinfo).astimezone(UTC)
