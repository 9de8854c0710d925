"""Two pairs of eyes: a request, a decision, and the rules between them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dgbot.domain.identity import Principal
from dgbot.domain.replies import Line, Mention, plain

MAX_ATTEMPTS = 3
"""The attempt number at which a request fails; a claim and a fence each take one (at most two keys are asked for)."""


class State(StrEnum):
    """Where a request stands; from CREATING on, the create-on-reveal protocol owns it (services/key_issuer.py)."""

    PENDING = "pending"
    DENIED = "denied"
    EXPIRED = "expired"
    APPROVED = "approved"
    CREATING = "creating"
    CREATED = "created"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    REVOKED = "revoked"
    REVOKING = "revoking"
    FAILED = "failed"


FINAL = frozenset({State.DENIED, State.EXPIRED, State.DELIVERED, State.REVOKED, State.FAILED})
IN_DOUBT = frozenset({State.CREATING, State.CREATED, State.DELIVERING, State.REVOKING})
"""Between a claim and its end: after a crash, only a fence leads out of these."""


class DecisionRefused(Exception):
    """This decision does not count; *line* tells the person why and who can."""

    def __init__(self, line: Line) -> None:
        super().__init__(plain(line))
        self.line = line


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """The key that was asked for: what the approver saw is what is created."""

    name: str
    project_id: str
    project_name: str
    scopes: tuple[str, ...]
    lives: timedelta
    tags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """16 hex characters that change with anything that the approver saw."""
        told = [
            self.name,
            self.project_id,
            sorted(self.scopes),
            int(self.lives.total_seconds()),
            sorted(self.tags),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A key that waits for someone else's yes, and everything that became of it.

    *attempt* is the fencing number of the create-on-reveal protocol; it grows, and only an attempt that surely made
    nothing gives its number back. *nonce* authenticates the marker in a key's comment; *closes_at* ends the wait for a
    decision, *reveal_by* the wait for the requester.
    """

    id: str
    plan: KeyPlan
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

    def approve(self, by: Principal, *, role: str, now: datetime, reveal_within: timedelta) -> ApprovalRequest:
        """Return the approved request, or raise DecisionRefused."""
        self._refuse(by, role, now)
        return dataclasses.replace(
            self, state=State.APPROVED, decided_by=by.user_id, decided_at=now, reveal_by=now + reveal_within
        )

    def deny(self, by: Principal, *, role: str, now: datetime, because: str) -> ApprovalRequest:
        """Return the denied request, or raise DecisionRefused."""
        self._refuse(by, role, now)
        return dataclasses.replace(
            self, state=State.DENIED, decided_by=by.user_id, decided_at=now, denied_because=because
        )

    def overdue(self, now: datetime) -> bool:
        """Whether nobody decided, or the requester did not come, in time."""
        if self.state is State.PENDING:
            return now >= self.closes_at
        return self.state is State.APPROVED and self.reveal_by is not None and now >= self.reveal_by

    def _refuse(self, by: Principal, role: str, now: datetime) -> None:
        if self.state is not State.PENDING:
            raise DecisionRefused(already(self))
        if now >= self.closes_at:
            raise DecisionRefused("This request has expired; nobody decided in time. Ask for the key again.")
        if by.user_id == self.requester_id:
            raise DecisionRefused("Ask someone else: nobody decides on their own request.")
        if role not in by.roles:
            raise DecisionRefused(f"Only members of {role} decide on this.")


def already(request: ApprovalRequest) -> Line:
    """Say where a request stands that can't be decided any more."""
    match request.state:
        case State.DENIED:
            return ("Decided already: ", Mention(request.decided_by or ""), " denied it.")
        case State.EXPIRED:
            return "This request has expired. Ask for the key again."
        case State.FAILED:
            return "This request has ended without a key. Ask for the key again."
        case _:
            return ("Decided already: ", Mention(request.decided_by or ""), " approved it.")


def marker(request: ApprovalRequest, attempt: int, mac: str) -> str:
    """Return what marks a key as the one made for *request* by *attempt*; it goes into the key's comment."""
    return f"[dgbot:{request.id}:{attempt}:{mac}]"


def shown_name(comment: str | None) -> str:
    """Return a key's *comment* without our marker, as people know it."""
    text = (comment or "").rstrip()
    start = text.rfind("[dgbot:")
    return (text[:start] if start >= 0 and text.endswith("]") else text).strip()
