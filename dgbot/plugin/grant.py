"""What a command returns that wants an API key made: a plan, which the core carries out after approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """The key that the requester wants; nothing exists until somebody else approved it and the requester reveals it.

    *name* becomes the key's comment at Deepgram, *lives* its time to live, *reason* is what the approver reads.
    """

    name: str
    scopes: tuple[str, ...]
    lives: timedelta
    reason: str = ""
    tags: tuple[str, ...] = ()
