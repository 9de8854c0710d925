"""Which keys at Deepgram are ours, made for which attempt, and whether one is what was approved."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from dgbot.deepgram import Key
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.marks import marker

EXPIRY_TOLERANCE = timedelta(minutes=5)


def marked_comment(request: ApprovalRequest) -> str:
    """Return the comment of the key that the present attempt of *request* makes: its name, and our marker."""
    return f"{request.key.name} {marker(request, request.attempt, _mac(request, request.attempt))}"


def made_for(key: Key, request: ApprovalRequest, *, upto: int) -> bool:
    """Whether *key* carries a marker of *request* with an attempt of at most *upto* that only we can have written."""
    comment = key.comment or ""
    return any(comment.endswith(marker(request, n, _mac(request, n))) for n in range(1, upto + 1))


def wider_than_asked(key: Key, request: ApprovalRequest, now: datetime) -> str:
    """Return, as a sentence, what *key* may do or how it lives beyond what was approved; empty if nothing.

    The matching ``:read`` of a ``:write`` is not beyond it, nor are 5 minutes of life. *now* is the time of creation.
    """
    asked = set(request.key.scopes)
    allowed = asked | {scope.removesuffix(":write") + ":read" for scope in asked if scope.endswith(":write")}
    if extra := sorted(set(key.scopes) - allowed):
        return f"Deepgram granted more than was approved ({', '.join(extra)})."
    latest = now + request.key.lives + EXPIRY_TOLERANCE
    if key.expires_at is None or key.expires_at > latest:
        return "Deepgram made a key that lives longer than was approved."
    return ""


def _mac(request: ApprovalRequest, attempt: int) -> str:
    told = f"{request.id}:{attempt}:{request.key.project_id}".encode()
    return hmac.new(request.nonce.encode(), told, hashlib.sha256).hexdigest()[:16]
