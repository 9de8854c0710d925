"""What a bot would keep of alerts in its database, in dictionaries: a rehearsal is over before anything is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Act, Why
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.forecast.readings import Reading

Queue = Callable[[Sequence[Notice], datetime], None]


@dataclass
class Notebook:
    """The AlertStore of a rehearsal. It *queues* what is to be told, and every save that counted is *noted*."""

    queue: Queue
    note: Callable[[Evaluated], None]
    due_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    standing: dict[str, Silence] = field(default_factory=dict[str, Silence])
    _rules: dict[str, AlertRule] = field(default_factory=dict[str, AlertRule])
    _instances: dict[str, dict[str, Instance]] = field(default_factory=lambda: defaultdict(dict))
    _unwell: dict[tuple[str, str], Instance] = field(default_factory=dict[tuple[str, str], Instance])
    _history: list[tuple[str, str, Entry]] = field(default_factory=list[tuple[str, str, Entry]])
    _troubles: dict[str, Trouble] = field(default_factory=dict[str, Trouble])
    _bulletins: dict[str, Bulletin] = field(default_factory=dict[str, Bulletin])

    async def rules(self, project_id: str | None = None) -> list[AlertRule]:
        """Return every rule of a project, with those that watch several ones, by name; without *project_id* all."""
        known = [one for one in self._rules.values() if project_id in {None, one.project_id} or one.of_many]
        return sorted(known, key=lambda one: (one.name, one.id))

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""
        return self._rules.get(rule_id)

    async def put_rule(
        self,
        rule: AlertRule,
        *,
        before: AlertRule | None = None,
        due_at: datetime,
        seen: Sequence[Instance] = (),
        changed: Sequence[Evaluated] = (),
        audit: AuditEvent,
    ) -> bool:
        """Let *rule* take the place of *before*, or add it; the lines of the audit are nobody's business here."""
        if self._rules.get(rule.id) != before:
            return False
        self._rules[rule.id], self.due_at[rule.id] = rule, due_at
        await self.save_evaluated(changed)
        return True

    async def remove_rule(
        self, rule_id: str, *, seen: Sequence[Instance] = (), closed: Sequence[Evaluated] = (), audit: AuditEvent
    ) -> bool:
        """Remove a rule; its instances stay, closed."""
        await self.save_evaluated(closed)
        self.due_at.pop(rule_id, None)
        return self._rules.pop(rule_id, None) is not None

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now, longest due first."""
        due = sorted((at, rule_id) for rule_id, at in self.due_at.items() if at <= now)
        return [DueRule(self._rules[rule_id], at) for at, rule_id in due]

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next, unless it was changed since."""
        if self.due_at.get(due.rule.id) == due.since:
            self.due_at[due.rule.id] = due_at

    async def instances(self, rule_id: str) -> list[Instance]:
        """Return every instance of a rule."""
        return [one for _, one in sorted(self._instances[rule_id].items())]

    async def instance_of(self, incident_id: str) -> Instance | None:
        """Return the instance whose latest incident has this id."""
        return next((one for one in self._everything() if _incident_id(one) == incident_id), None)

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""
        return [one for _, one in sorted(self._unwell.items())]

    async def save_evaluated(self, evaluated: Sequence[Evaluated]) -> int:
        """Save each of *evaluated* that nobody saved since, with what it leaves to say; return how many those are."""
        return sum(self._save(one) for one in evaluated)

    async def save_round(self, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        """Do the same, unless the rule was changed, removed, or evaluated to the end since it was *due*."""
        return await self.save_evaluated(evaluated) if self.due_at.get(due.rule.id) == due.since else 0

    async def chronicle(self, incident_id: str) -> Chronicle | None:
        """Return the lines of an incident, without what it is about; None if there never was one."""
        lines = tuple(line for *_, line in self._history if line.incident_id == incident_id)
        return Chronicle(incident_id, None, {}, "", (), lines) if lines else None

    async def incident_history(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an incident, oldest first."""
        return [line for *_, line in self._history if line.incident_id == incident_id][-limit:]

    async def unheard(self, because: str, since: datetime) -> list[str]:
        """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""
        never = (Act.OPEN, Why.RESOLVED, because)
        lines = self._history
        return [rule_id for rule_id, _, one in lines if (one.act, one.why, one.because) == never and one.at > since]

    async def troubles(self) -> list[Trouble]:
        """Return what the operators were told and is not over."""
        return [one for _, one in sorted(self._troubles.items())]

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble* with what is told of it; False if its scope is in trouble already."""
        if trouble.scope in self._troubles:
            return False
        self._troubles[trouble.scope] = trouble
        self.queue([notice], trouble.opened_at)
        return True

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*, with what is told of that."""
        if self._troubles.get(before.scope) != before:
            return False
        self._troubles[after.scope] = after
        self.queue([notice], now)
        return True

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*, with what is told of that; False if it is over already."""
        if self._troubles.get(trouble.scope) != trouble:
            return False
        del self._troubles[trouble.scope]
        self.queue([notice], now)
        return True

    async def bulletins(self) -> list[Bulletin]:
        """Return the messages that tell of several alerts, of which something may still fire."""
        return sorted(self._bulletins.values(), key=lambda one: (one.opened_at, one.about))

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that; forget it at nothing."""
        if self._bulletins.get(before.about) != before:
            return False
        if after.left:
            self._bulletins[after.about] = after
        else:
            del self._bulletins[before.about]
        self.queue([notice], now)
        return True

    async def silences(self, now: datetime) -> list[Silence]:
        """Return those that hold at *now* or later, the one that ends first first."""
        lasting = (one for one in self.standing.values() if one.ends > now)
        return sorted(lasting, key=lambda one: (one.ends, one.id))

    async def open_silence(self, silence: Silence, *, audit: AuditEvent) -> bool:
        """Keep *silence*; False if its id is there already."""
        return self.standing.setdefault(silence.id, silence) is silence

    async def end_silence(self, silence_id: str, *, audit: AuditEvent) -> bool:
        """Let a silence end; False if it is over already, or never was."""
        return self.standing.pop(silence_id, None) is not None

    async def keep_readings(self, readings: Sequence[KeptReading]) -> int:
        """Keep nothing: the script has all readings."""
        return 0

    async def readings(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return nothing, for nothing is kept."""
        return []

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep what *event* leaves to say."""
        self.queue(notices, event.at)

    def _everything(self) -> list[Instance]:
        return [one for known in self._instances.values() for one in known.values()]

    def _save(self, one: Evaluated) -> bool:
        known, after = self._instances[one.after.rule_id], one.after
        before = known.get(after.fingerprint)
        if (before.revision if before else 0) != one.before.revision:
            return False
        key, state = (after.rule_id, after.fingerprint), after.state
        kept = replace(after, revision=one.before.revision + 1)
        known[after.fingerprint] = kept
        self._unwell.pop(key, None)
        if one.forget:
            del known[after.fingerprint]
        elif state is not None and state.phase is not Phase.OK:
            self._unwell[key] = kept
        self._history += [(*key, line) for line in one.entries]
        for bulletin in one.bulletins:
            self._bulletins.setdefault(bulletin.about, bulletin)
        self.note(one)
        if state is not None and not one.forget:
            self.queue(one.notices, one.entries[0].at if one.entries else state.evaluated_at)
        return True


def _incident_id(one: Instance) -> str:
    return one.state.incident.id if one.state is not None and one.state.incident is not None else ""
