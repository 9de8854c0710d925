"""Where a request stands, from the question to its end."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a request stands; from CREATING to REVOKING the create-on-reveal protocol owns it (key_issuer.py)."""

    PENDING = "pending"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    APPROVED = "approved"
    CREATING = "creating"
    CREATED = "created"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    REVOKED = "revoked"
    REVOKING = "revoking"
    DONE = "done"
    FAILED = "failed"


FINAL = frozenset(
    {State.DENIED, State.CANCELLED, State.EXPIRED, State.DELIVERED, State.REVOKED, State.DONE, State.FAILED}
)
OPEN = frozenset({State.PENDING, State.APPROVED})
"""Waiting for a person: for those who decide, or for whoever asked."""

IN_DOUBT = frozenset({State.CREATING, State.CREATED, State.DELIVERING, State.REVOKING})
"""Between a claim and its end: after a crash, only a fence leads out of these."""
