"""What marks a key as ours, in the comment that Deepgram keeps with it."""

from __future__ import annotations

from dgbot.domain.approvals import ApprovalRequest


def marker(request: ApprovalRequest, attempt: int, mac: str) -> str:
    """Return what marks a key as the one made for *request* by *attempt*; it goes into the key's comment."""
    return f"[dgbot:{request.id}:{attempt}:{mac}]"


def shown_name(comment: str | None) -> str:
    """Return a key's *comment* without our marker, as people know it."""
    text = (comment or "").rstrip()
    start = text.rfind("[dgbot:")
    return (text[:start] if start >= 0 and text.endswith("]") else text).strip()
