"""Two pairs of eyes: a request, the votes on it, and the rules between them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan, Plan
from dgbot.domain.replies import Line, Mention, Piece
from dgbot.domain.request_states import OPEN, State
from dgbot.domain.votes import DecisionRefused, Terms, Vote, any_of

MAX_ATTEMPTS = 3
"""The attempt number at which a request fails; a claim and a fence each take one (at most two keys are asked for)."""

BY_QUOTA = "dgbot"
"""Who decided where a quota of the settings did."""


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A plan that waits for someone else's yes, and everything that became of it.

    *attempt* is the fencing number of the create-on-reveal protocol; it grows, and only an attempt that surely made
    nothing gives its number back. *nonce* authenticates the marker in a key's comment; *closes_at* ends the wait for a
    decision, *reveal_by* the wait for the requester. The card is in *channel_id*. *reminded* counts the reminders of
    the present wait, and *remind_at* is when the next is due. *retired_at* is when the key that was replaced ended.
    """

    id: str
    plan: Plan
    requester_id: str
    reason: str
    nonce: str = dataclasses.field(repr=False)
    asked_at: datetime
    closes_at: datetime
    state: State = State.PENDING
    decided_by: str | None = None
    decided_at: datetime | None = None
    denied_because: str = ""
    reveal_by: datetime | None = None
    attempt: int = 0
    key_id: str | None = None
    touched_at: datetime | None = None
    ended_because: str = ""
    terms: Terms = dataclasses.field(default_factory=Terms)
    votes: tuple[Vote, ...] = ()
    channel_id: str = ""
    reminded: int = 0
    remind_at: datetime | None = None
    retired_at: datetime | None = None

    @property
    def key(self) -> KeyPlan:
        """The plan of a request for a key; raises TypeError for any other."""
        if not isinstance(self.plan, KeyPlan):
            raise TypeError(f"Request {self.id} asks for {self.plan.title}, not for a key.")
        return self.plan

    @property
    def yes(self) -> int:
        """How many have said yes and still may."""
        return sum(vote.counts_as_yes for vote in self.votes)

    @property
    def no(self) -> int:
        """How many have said no; a no stands, whatever becomes of whoever said it."""
        return sum(not vote.yes for vote in self.votes)

    @property
    def glass(self) -> Vote | None:
        """The vote that broke the glass."""
        return next((vote for vote in self.votes if vote.glass), None)

    def vote(
        self,
        by: Principal,
        *,
        yes: bool,
        now: datetime,
        because: str = "",
        also: frozenset[str] = frozenset(),
    ) -> ApprovalRequest:
        """Return the request with the vote of *by*, settled if that was the last one needed; or raise DecisionRefused.

        *also* are the other user ids of the same person.
        """
        self._refuse(by, now, also)
        if not self.terms.let_decide(by):
            raise DecisionRefused(f"Only members of {any_of(self.terms.approvers)} decide on this.")
        voted = self._with(Vote(by.user_id, yes, now, because))
        settled = voted.yes >= self.terms.yes if yes else voted.no >= self.terms.no
        return voted._settled(by.user_id, now, yes=yes, because=because) if settled else voted

    def break_glass(
        self,
        by: Principal,
        *,
        roles: frozenset[str],
        now: datetime,
        because: str,
        also: frozenset[str] = frozenset(),
    ) -> ApprovalRequest:
        """Return the request approved by *by* alone, who holds one of *roles*; or raise DecisionRefused.

        Whoever asked for a key can't; whoever asked for a command can.
        """
        if not by.roles & roles:
            raise DecisionRefused(f"Only members of {any_of(sorted(roles))} may break the glass.")
        if not because:
            raise DecisionRefused("Say why it can't wait: the reason is shown to everybody here.")
        self._refuse(by, now, also, own=not isinstance(self.plan, KeyPlan), again=True)
        voted = self._with(Vote(by.user_id, yes=True, at=now, because=because, glass=True))
        return voted._settled(by.user_id, now, yes=True)

    def lapse(self, gone: frozenset[str]) -> ApprovalRequest:
        """Return the request on which the yes of those who are *gone* counts no more."""
        votes = tuple(
            dataclasses.replace(vote, lapsed=True) if vote.yes and vote.by in gone else vote for vote in self.votes
        )
        return dataclasses.replace(self, votes=votes)

    def settle_by_quota(self, now: datetime) -> ApprovalRequest:
        """Return the request approved by nobody but the settings."""
        return self._settled(BY_QUOTA, now, yes=True)

    def cancel(self, by: Principal, now: datetime) -> ApprovalRequest:
        """Return the request as its requester took it back; or raise DecisionRefused."""
        if by.user_id != self.requester_id:
            raise DecisionRefused(("Only ", Mention(self.requester_id), " can cancel this."))
        if self.state not in OPEN or (self.state is State.APPROVED and not isinstance(self.plan, KeyPlan)):
            raise DecisionRefused(already(self))
        return dataclasses.replace(self, state=State.CANCELLED, touched_at=now)

    def overdue(self, now: datetime) -> bool:
        """Whether nobody decided, or the requester did not come, in time."""
        if self.state is State.PENDING:
            return now >= self.closes_at
        return self.state is State.APPROVED and self.reveal_by is not None and now >= self.reveal_by

    def _refuse(
        self, by: Principal, now: datetime, also: frozenset[str], *, own: bool = False, again: bool = False
    ) -> None:
        if self.state is not State.PENDING:
            raise DecisionRefused(already(self))
        if now >= self.closes_at:
            raise DecisionRefused("This request has expired; nobody decided in time. Ask again.")
        if not own and by.user_id == self.requester_id:
            raise DecisionRefused("Ask someone else: nobody decides on their own request.")
        if not own and self.requester_id in also:
            raise DecisionRefused("Ask someone else: your account and the requester's belong to the same person.")
        if not again and (mine := {by.user_id, *also} & {vote.by for vote in self.votes if not vote.lapsed}):
            whose = "You have" if by.user_id in mine else "Another account of yours has"
            raise DecisionRefused(f"{whose} voted on this already; it needs {self.terms.yes} different people.")

    def _with(self, vote: Vote) -> ApprovalRequest:
        return dataclasses.replace(self, votes=(*self.votes, vote))

    def _settled(self, by: str, now: datetime, *, yes: bool, because: str = "") -> ApprovalRequest:
        settled = dataclasses.replace(self, decided_by=by, decided_at=now, reminded=0, remind_at=None)
        if not yes:
            return dataclasses.replace(settled, state=State.DENIED, denied_because=because)
        reveal_by = now + self.terms.reveal_within if isinstance(self.plan, KeyPlan) else None
        return dataclasses.replace(settled, state=State.APPROVED, reveal_by=reveal_by)


def already(request: ApprovalRequest) -> Line:
    """Say where a request stands that can't be decided any more."""
    decider: Piece = "the quota" if request.decided_by == BY_QUOTA else Mention(request.decided_by or "")
    match request.state:
        case State.DENIED:
            return ("Decided already: ", decider, " denied it.")
        case State.CANCELLED:
            return ("Too late: ", Mention(request.requester_id), " has cancelled it.")
        case State.EXPIRED:
            return "This request has expired. Ask again."
        case State.FAILED if isinstance(request.plan, KeyPlan):
            return "This request has ended without a key. Ask for the key again."
        case State.FAILED | State.DONE:
            return ("Decided already: ", decider, " approved it, and it was run.")
        case _:
            return ("Decided already: ", decider, " approved it.")
