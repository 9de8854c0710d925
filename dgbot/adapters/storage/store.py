"""The Store port on SQL: each method is one unit, so each is one whole transaction."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from dgbot.adapters.storage import (
    approvals,
    audit,
    bulletins,
    digests,
    inbox,
    instances,
    key_reports,
    outbox,
    readings,
    rules,
    silences,
    troubles,
)
from dgbot.adapters.storage.units import Runner
from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.readings import KEPT_FOR, KeptReading
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, MessageRef, Notice, Queued
from dgbot.domain.digests import Digest
from dgbot.domain.forecast.readings import Reading
from dgbot.domain.key_reports import KeyReport
from dgbot.domain.ports import Backlog
from dgbot.domain.rulings import Quota

KEPT = timedelta(days=7)
"""How long finished deliveries and notices are kept."""

KEPT_AT_ONCE = 1000
"""Readings that one transaction adds."""

PRUNED_AT_ONCE = 500
"""Rows that one transaction of `prune` deletes, so that a command never waits long for it."""


class SqlStore:
    """Remembers what must outlive a restart; see the port for what each method promises."""

    def __init__(self, runner: Runner, bot: str = "") -> None:
        self._run = runner.run
        self._me = bot or secrets.token_hex(8)

    async def receive(self, delivery: Delivery) -> bool:
        """Keep *delivery*; False if its id or its occasion was there before."""
        return await self._run(lambda connection: inbox.receive(connection, delivery, self._me))

    async def begin(self, delivery_id: str, *, audit: AuditEvent) -> None:
        """Note that an effect outside is about to be tried; raises for what another bot has taken over."""
        await self._run(lambda connection: inbox.begin(connection, delivery_id, audit, self._me))

    async def finish(
        self,
        delivery_id: str,
        now: datetime,
        *,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> None:
        """Mark the work as done, together with what it leaves to say; a second finish leaves nothing."""
        await self._run(lambda connection: inbox.finish(connection, delivery_id, now, notices, audit))

    async def in_hand(self, delivery_id: str) -> Delivery | None:
        """Return a delivery of mine as it is kept; None if it is finished, or another bot's by now."""
        return await self._run(lambda connection: inbox.in_hand(connection, delivery_id, self._me))

    async def unfinished(self) -> list[Delivery]:
        """Return what was received and not finished, oldest first."""
        return await self._run(inbox.unfinished)

    async def take_over(self, *, own: bool = False) -> list[Delivery]:
        """Return, and have from now on, the unfinished work that no living bot has in hand; with *own*, mine too."""
        return await self._run(lambda connection: inbox.take_over(connection, self._me, own=own))

    async def due(self, now: datetime, limit: int) -> list[Queued]:
        """Return unsent notices that may be tried now, oldest first, none that an earlier one of its lane blocks.

        They are this bot's to send from now on, as long as it lives.
        """
        return await self._run(lambda connection: outbox.due(connection, now, limit, self._me))

    async def next_due(self) -> datetime | None:
        """Return when the next unsent notice may be tried."""
        return await self._run(outbox.next_due)

    async def sent(self, number: int, now: datetime, ref: MessageRef | None) -> None:
        """Note that a notice arrived, and where."""
        await self._run(lambda connection: outbox.sent(connection, number, now, ref))

    async def postpone(self, number: int, until: datetime, reason: str) -> None:
        """Keep a notice for another try."""
        await self._run(lambda connection: outbox.postpone(connection, number, until, reason))

    async def give_up(self, number: int, now: datetime, reason: str) -> None:
        """Park a notice that can't be delivered."""
        await self._run(lambda connection: outbox.give_up(connection, number, now, reason))

    async def standing(self, about: str) -> MessageRef | None:
        """Return the message that earlier notices *about* this left in Slack."""
        return await self._run(lambda connection: outbox.standing(connection, about))

    async def open_request(self, request: ApprovalRequest, *, notices: Sequence[Notice], audit: AuditEvent) -> bool:
        """Keep a new request; False if its id was there before, and then nothing else is kept either."""
        return await self._run(lambda connection: approvals.open_request(connection, request, notices, audit))

    async def open_by_quota(
        self,
        request: ApprovalRequest,
        quota: Quota,
        *,
        accounts: frozenset[str],
        known: frozenset[str],
        notices: Sequence[Notice],
        audit: AuditEvent,
        work: Delivery | None = None,
    ) -> bool:
        """Keep a request that is approved by *quota*; False if its requester, with all *accounts*, has used that up.

        False, too, if somebody who is not *known* has had something by quota: they may be the same person.
        """
        return await self._run(
            lambda connection: approvals.open_by_quota(
                connection, request, quota, accounts, known, notices, audit, work, self._me
            )
        )

    async def had_by_quota(self, since: datetime) -> frozenset[str]:
        """Return the user ids for whom a quota has approved something after *since*."""
        return await self._run(lambda connection: frozenset(approvals.had_by_quota(connection, since)))

    async def request(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands; raises StorageError if its plan is not the one that was asked for."""
        return await self._run(lambda connection: approvals.request(connection, request_id))

    async def move(
        self,
        before: ApprovalRequest,
        after: ApprovalRequest,
        *,
        audit: AuditEvent,
        notices: Sequence[Notice] = (),
        work: Delivery | None = None,
    ) -> bool:
        """Change *before* to *after* if its state, attempt, key id and votes are what they were.

        False if they are not. *work* is kept in the inbox in the same transaction, for this bot.
        """
        return await self._run(
            lambda connection: approvals.move(connection, before, after, notices, audit, work, self._me)
        )

    async def waiting_requests(self) -> list[ApprovalRequest]:
        """Return requests that are not at their end, oldest first."""
        return await self._run(approvals.waiting)

    async def requests_to_remind(self, now: datetime) -> list[ApprovalRequest]:
        """Return requests of which somebody is to be reminded by now, oldest first."""
        return await self._run(lambda connection: approvals.to_remind(connection, now))

    async def overdue_requests(self, now: datetime) -> list[ApprovalRequest]:
        """Return pending and approved requests whose time is up."""
        return await self._run(lambda connection: approvals.overdue(connection, now))

    async def doubtful_requests(self) -> list[ApprovalRequest]:
        """Return requests between a claim and its end, oldest first."""
        return await self._run(approvals.doubtful)

    async def ended_requests(self, since: datetime) -> list[ApprovalRequest]:
        """Return requests with an attempt that ended after *since*, for the sweeper."""
        return await self._run(lambda connection: approvals.ended(connection, since))

    async def granted_requests(self) -> list[ApprovalRequest]:
        """Return requests with a key on record, oldest first."""
        return await self._run(approvals.granted)

    async def requests_among(self, ids: Collection[str]) -> list[ApprovalRequest]:
        """Return the requests with these *ids*, as far as there are any, oldest first."""
        return await self._run(lambda connection: approvals.among(connection, ids))

    async def key_report(self, project_id: str) -> KeyReport | None:
        """Return what is remembered of the latest review of a project's keys; None if there was none."""
        return await self._run(lambda connection: key_reports.key_report(connection, project_id))

    async def put_key_report(
        self,
        before: KeyReport | None,
        after: KeyReport,
        *,
        now: datetime,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> bool:
        """Keep *after* if nobody kept anything since *before* was read; False if somebody did."""
        return await self._run(lambda connection: key_reports.put(connection, before, after, now, notices, audit))

    async def rules(self, project_id: str | None = None) -> list[AlertRule]:
        """Return every rule of a project, with those that watch several ones, by name; without *project_id* all."""
        return await self._run(lambda connection: rules.rules(connection, project_id))

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""
        return await self._run(lambda connection: rules.rule(connection, rule_id))

    async def put_rule(
        self, rule: AlertRule, *, due_at: datetime, changed: Sequence[Evaluated] = (), audit: AuditEvent
    ) -> bool:
        """Add *rule*, or change the one with its id; False if an instance was saved since *changed* was worked out."""
        return await self._run(lambda connection: rules.put(connection, rule, due_at, changed, audit))

    async def remove_rule(self, rule_id: str, *, closed: Sequence[Evaluated] = (), audit: AuditEvent) -> bool:
        """Remove a rule and its instances; False if there is none, or one was saved since *closed* was worked out."""
        return await self._run(lambda connection: rules.remove(connection, rule_id, closed, audit))

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now, longest due first."""
        return await self._run(lambda connection: rules.due(connection, now))

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next, unless it was changed, or evaluated to the end, since it was *due*."""
        await self._run(lambda connection: rules.postpone(connection, due, due_at))

    async def instances(self, rule_id: str) -> list[Instance]:
        """Return every instance of a rule."""
        return await self._run(lambda connection: instances.of_rule(connection, rule_id))

    async def instance_of(self, incident_id: str) -> Instance | None:
        """Return the instance whose latest incident has this id."""
        return await self._run(lambda connection: instances.of_incident(connection, incident_id))

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""
        return await self._run(instances.not_ok)

    async def save_evaluated(self, evaluated: Sequence[Evaluated]) -> int:
        """Save each of *evaluated* that nobody saved since, with what it leaves to say; return how many those are."""
        return await self._run(lambda connection: instances.save_all(connection, evaluated))

    async def save_round(self, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        """Do the same, unless the rule was changed, removed, or evaluated to the end since it was *due*."""
        return await self._run(lambda connection: instances.save_round(connection, due, evaluated))

    async def keep_readings(self, kept: Sequence[KeptReading]) -> int:
        """Keep readings, each once, and return how many were new; at most 1,000 in one transaction."""
        new = 0
        for start in range(0, len(kept), KEPT_AT_ONCE):
            part = kept[start : start + KEPT_AT_ONCE]
            new += await self._run(lambda c, part=part: readings.keep(c, part))  # type: ignore[misc]
        return new

    async def readings(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return what was kept of a series from *since* on, oldest first."""
        return await self._run(lambda c: readings.since(c, project_id, series, fingerprint, since))

    async def troubles(self) -> list[Trouble]:
        """Return what keeps the bot from seeing, as far as it was told."""
        return await self._run(troubles.troubles)

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble* with what is told of it; False if its scope is in trouble already."""
        return await self._run(lambda connection: troubles.open_trouble(connection, trouble, notice))

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*, with what is told of that; False if somebody changed it."""
        return await self._run(lambda connection: troubles.change_trouble(connection, before, after, notice, now))

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*, with what is told of that; False if it is over already."""
        return await self._run(lambda connection: troubles.close_trouble(connection, trouble, notice, now))

    async def bulletins(self) -> list[Bulletin]:
        """Return the messages that tell of several alerts, of which something may still fire."""
        return await self._run(bulletins.bulletins)

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that; False if somebody did."""
        return await self._run(lambda connection: bulletins.change(connection, before, after, notice, now))

    async def alert_history(self, rule_id: str, fingerprint: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an instance, oldest first."""
        return await self._run(lambda connection: instances.history(connection, rule_id, fingerprint, limit))

    async def unheard(self, because: str, since: datetime) -> list[str]:
        """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""
        return await self._run(lambda connection: instances.unheard(connection, because, since))

    async def incident_history(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an incident, oldest first."""
        return await self._run(lambda connection: instances.incident_history(connection, incident_id, limit))

    async def silences(self, now: datetime) -> list[Silence]:
        """Return those that hold at *now* or later, the one that ends first first."""
        return await self._run(lambda connection: silences.silences(connection, now))

    async def open_silence(self, silence: Silence, *, audit: AuditEvent) -> bool:
        """Keep *silence*; False if its id is there already."""
        return await self._run(lambda connection: silences.open_silence(connection, silence, audit))

    async def end_silence(self, silence_id: str, *, audit: AuditEvent) -> bool:
        """Let a silence end at the moment of *audit*; False if it is over already, or never was."""
        return await self._run(lambda connection: silences.end_silence(connection, silence_id, audit))

    async def digests(self, project_id: str | None = None) -> list[Digest]:
        """Return the digests of a project, by name; without *project_id* all."""
        return await self._run(lambda connection: digests.all_of(connection, project_id))

    async def put_digest(self, digest: Digest, *, audit: AuditEvent) -> None:
        """Add *digest*, or change the one with its id."""
        await self._run(lambda connection: digests.put(connection, digest, audit))

    async def remove_digest(self, digest_id: str, *, audit: AuditEvent) -> bool:
        """Remove a digest; False if there is none."""
        return await self._run(lambda connection: digests.remove(connection, digest_id, audit))

    async def digest_posted(self, digest_id: str, day: date) -> bool:
        """Whether the digest of that local date was posted."""
        return await self._run(lambda connection: digests.is_posted(connection, digest_id, day))

    async def post_digest(self, digest: Digest, day: date, notice: Notice, *, audit: AuditEvent) -> bool:
        """Queue *notice* as the digest of *day*; False if there is one, or *digest* was changed or removed."""
        return await self._run(lambda connection: digests.post(connection, digest, day, notice, audit))

    async def backlog(self, now: datetime) -> Backlog:
        """Count the work that is not finished."""
        return await self._run(
            lambda connection: Backlog(
                inbox.count_unfinished(connection), outbox.count_due(connection, now), outbox.count_given_up(connection)
            )
        )

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep one line of the audit log by itself, with what it leaves to say."""

        def unit(connection: Connection) -> None:
            audit.record(connection, [event])
            outbox.queue(connection, notices, event.at)

        await self._run(unit)

    async def prune(self, now: datetime) -> int:
        """Delete deliveries and notices that were done with more than 7 days before *now*, and readings after 120 days.

        Returns how many it were. Takes several short transactions; the audit log is left alone.
        """
        deleted = 0
        for prune, age in ((inbox.prune, KEPT), (outbox.prune, KEPT), (readings.prune, KEPT_FOR)):
            unit = partial(prune, before=now - age, limit=PRUNED_AT_ONCE)
            while count := await self._run(unit):
                deleted += count
        return deleted
