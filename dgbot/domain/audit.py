"""Who did what, allowed by whom, and how it ended; never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the audit log.

    *actor* is a Slack user id, or ``dgbot`` for what the bot did by itself. *action* is a glossary verb such as
    ``command.run`` or ``approval.approve``; *subject* names what it was done to; *outcome* is one word or sentence.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])
