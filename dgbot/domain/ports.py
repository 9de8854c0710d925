"""What the bot needs of the world; adapters provide it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, MessageRef, Notice, Queued
from dgbot.domain.digests import Digest
from dgbot.domain.forecast.readings import Reading
from dgbot.domain.key_reports import KeyReport
from dgbot.domain.rulings import Quota


class Clock(Protocol):
    """Tells business time: expiry, due, slots, what people read as a date. Durations are monotonic, not from here."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says about a user. Guests, bots, strangers and deactivated people are not *full* members.

    *email* is empty where Slack does not tell it: without the scope ``users:read.email``, and of bots. So is *zone*,
    an IANA name such as ``Europe/Berlin``.
    """

    user_id: str
    name: str
    full: bool
    email: str
    zone: str = ""


class Directory(Protocol):
    """Knows the workspace's people and user groups."""

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        """Return what Slack says about *user_id*, no older than *max_age*; raises DirectoryUnavailable."""

    async def by_email(self, email: str) -> Person | None:
        """Return the person with this address; None if no active account has it; raises DirectoryUnavailable."""

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        """Return those of the user groups *among* that *user_id* is in; raises DirectoryUnavailable."""


class DirectoryUnavailable(Exception):
    """Slack did not tell; whoever asks must refuse."""


class NotDelivered(Exception):
    """A notice did not reach Slack, or nobody knows.

    *again_in* says when another try makes sense; None means that none does.
    """

    def __init__(self, reason: str, *, again_in: timedelta | None) -> None:
        super().__init__(reason)
        self.again_in = again_in


class Notifier(Protocol):
    """Speaks in Slack."""

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        """Post *notice*, or edit the *standing* message that it is about; raises NotDelivered."""


class InboxStore(Protocol):
    """Deliveries, each kept once."""

    async def receive(self, delivery: Delivery) -> bool:
        """Keep *delivery*; False if its id or its occasion was there before."""

    async def begin(self, delivery_id: str, *, audit: AuditEvent) -> None:
        """Note that an effect outside is about to be tried; raises for what another bot has taken over."""

    async def finish(
        self,
        delivery_id: str,
        now: datetime,
        *,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> None:
        """Mark the work as done, together with what it leaves to say."""

    async def in_hand(self, delivery_id: str) -> Delivery | None:
        """Return a delivery of mine as it is kept; None if it is finished, or another bot's by now."""

    async def take_over(self, *, own: bool = False) -> list[Delivery]:
        """Return, and have from now on, the unfinished work that no living bot has in hand; with *own*, mine too."""


class OutboxStore(Protocol):
    """Notices on their way to Slack."""

    async def due(self, now: datetime, limit: int) -> list[Queued]:
        """Return unsent notices that may be tried now, oldest first, none that an earlier one of its target blocks.

        They are this bot's to send from now on, as long as it lives.
        """

    async def next_due(self) -> datetime | None:
        """Return when the next unsent notice may be tried."""

    async def sent(self, number: int, now: datetime, ref: MessageRef | None) -> None:
        """Note that a notice arrived, and where."""

    async def postpone(self, number: int, until: datetime, reason: str) -> None:
        """Keep a notice for another try."""

    async def give_up(self, number: int, now: datetime, reason: str) -> None:
        """Park a notice that can't be delivered."""

    async def standing(self, about: str) -> MessageRef | None:
        """Return the message that earlier notices *about* this left in Slack."""


class ApprovalStore(Protocol):
    """Approval requests. Every change is a compare-and-set, in one transaction with audit and notices."""

    async def open_request(self, request: ApprovalRequest, *, notices: Sequence[Notice], audit: AuditEvent) -> bool:
        """Keep a new request; False if its id was there before, and then nothing else is kept either."""

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
        """Keep a request that is approved by *quota*; False if that is used up, and then nothing is kept.

        *accounts* are all of its requester, as far as they are in *known*; False, too, if somebody who is not *known*
        has had something by quota in the period.
        """

    async def had_by_quota(self, since: datetime) -> frozenset[str]:
        """Return the user ids for whom a quota has approved something after *since*."""

    async def request(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands."""

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

    async def waiting_requests(self) -> list[ApprovalRequest]:
        """Return requests that are not at their end, oldest first."""

    async def requests_to_remind(self, now: datetime) -> list[ApprovalRequest]:
        """Return requests of which somebody is to be reminded by now, oldest first."""

    async def overdue_requests(self, now: datetime) -> list[ApprovalRequest]:
        """Return pending and approved requests whose time is up."""

    async def doubtful_requests(self) -> list[ApprovalRequest]:
        """Return requests between a claim and its end, oldest first."""

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep one line of the audit log by itself, with what it leaves to say."""

    async def ended_requests(self, since: datetime) -> list[ApprovalRequest]:
        """Return requests with an attempt that ended after *since*, for the sweeper."""

    async def granted_requests(self) -> list[ApprovalRequest]:
        """Return requests with a key on record, oldest first; what somebody changed in the database is left out."""

    async def requests_among(self, ids: Collection[str]) -> list[ApprovalRequest]:
        """Return the requests with these *ids*, as far as there are any, oldest first; left out as above."""


class KeyReportStore(Protocol):
    """What the latest review of each project's keys told."""

    async def key_report(self, project_id: str) -> KeyReport | None:
        """Return what is remembered; None if nothing was ever reviewed."""

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


class RuleStore(Protocol):
    """Alert rules, and when each is due."""

    async def rules(self, project_id: str | None = None) -> list[AlertRule]:
        """Return every rule of a project, with those that watch several ones, by name; without *project_id* all."""

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""

    async def put_rule(
        self, rule: AlertRule, *, due_at: datetime, changed: Sequence[Evaluated] = (), audit: AuditEvent
    ) -> bool:
        """Add *rule*, or change the one with its id, with what that changes of its instances.

        False, and nothing is kept, if one of those was saved since *changed* was worked out.
        """

    async def remove_rule(self, rule_id: str, *, closed: Sequence[Evaluated] = (), audit: AuditEvent) -> bool:
        """Remove a rule and its instances; False if there is none, or one was saved since *closed* was worked out."""

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now, longest due first."""

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next, unless it was changed, or evaluated to the end, since it was *due*."""


class ReadingStore(Protocol):
    """What checks measured before."""

    async def keep_readings(self, readings: Sequence[KeptReading]) -> int:
        """Keep readings, each once, and return how many were new."""

    async def readings(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return what was kept of a series from *since* on, oldest first."""


class InstanceStore(Protocol):
    """Where each instance of a rule stands, what was told of it, and its history."""

    async def instances(self, rule_id: str) -> list[Instance]:
        """Return every instance of a rule."""

    async def instance_of(self, incident_id: str) -> Instance | None:
        """Return the instance whose latest incident has this id."""

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""

    async def save_evaluated(self, evaluated: Sequence[Evaluated]) -> int:
        """Save each of *evaluated* that nobody saved since, with what it leaves to say; return how many those are."""

    async def troubles(self) -> list[Trouble]:
        """Return what keeps the bot from seeing, as far as it was told."""

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble* with what is told of it; False if its scope is in trouble already."""

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*, with what is told of that; False if somebody changed it."""

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*, with what is told of that; False if it is over already."""

    async def save_round(self, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        """Do the same, unless the rule was changed, removed, or evaluated to the end since it was *due*."""

    async def bulletins(self) -> list[Bulletin]:
        """Return the messages that tell of several alerts, of which something may still fire."""

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that; False if somebody did. Nothing left: forget it."""

    async def alert_history(self, rule_id: str, fingerprint: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an instance, oldest first."""

    async def unheard(self, because: str, since: datetime) -> list[str]:
        """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""

    async def incident_history(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an incident, also of one that is long over, oldest first."""


class SilenceStore(Protocol):
    """What people keep quiet by labels."""

    async def silences(self, now: datetime) -> list[Silence]:
        """Return those that hold at *now* or later, the one that ends first first."""

    async def open_silence(self, silence: Silence, *, audit: AuditEvent) -> bool:
        """Keep *silence*; False if its id is there already."""

    async def end_silence(self, silence_id: str, *, audit: AuditEvent) -> bool:
        """Let a silence end at the moment of *audit*; False if it is over already, or never was."""


class DigestStore(Protocol):
    """Digests, and the local dates for which each was posted; those are remembered when it is removed, too."""

    async def digests(self, project_id: str | None = None) -> list[Digest]:
        """Return the digests of a project, by name; without *project_id* all."""

    async def put_digest(self, digest: Digest, *, audit: AuditEvent) -> None:
        """Add *digest*, or change the one with its id."""

    async def remove_digest(self, digest_id: str, *, audit: AuditEvent) -> bool:
        """Remove a digest; False if there is none."""

    async def digest_posted(self, digest_id: str, day: date) -> bool:
        """Whether the digest of that local date was posted."""

    async def post_digest(self, digest: Digest, day: date, notice: Notice, *, audit: AuditEvent) -> bool:
        """Queue *notice* as the digest of *day*.

        False, and nothing is kept, if that date has one, or *digest* was changed or removed since it was read.
        """


class AlertStore(RuleStore, InstanceStore, SilenceStore, ReadingStore, Protocol):
    """All that watching takes, and nothing else; a rehearsal has one of its own."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work is not finished yet: deliveries, and notices that are due; and notices that were given up."""

    inbox: int
    outbox: int
    given_up: int = 0


class Store(
    InboxStore,
    OutboxStore,
    ApprovalStore,
    KeyReportStore,
    AlertStore,
    DigestStore,
    Protocol,
):
    """Remembers what must outlive a restart; each method is one whole transaction."""

    async def backlog(self, now: datetime) -> Backlog:
        """Count the work that is not finished."""

    async def prune(self, now: datetime) -> int:
        """Throw away what was finished more than 7 days ago, but for the audit log; return how much it was."""
