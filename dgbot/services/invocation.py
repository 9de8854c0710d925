"""One use of a command, and how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.plans import CommandPlan
from dgbot.domain.replies import Reply
from dgbot.plugin.form import Filled
from dgbot.services.arguments import Ask


class NotBegun(Exception):
    """The intent could not be kept, so nothing was done: the store is away, or another bot has the work by now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to an invocation, None where a form is the answer, and its line in the audit log."""

    reply: Reply | None
    audit: AuditEvent


@dataclass(frozen=True, slots=True)
class Invocation:
    """One use of a command: who typed which words where, or sent which form.

    *ask* opens a form for them, and raises PaneLost; without it there is nowhere to open one. *begin* stores the intent
    before an effect outside, or raises NotBegun; *begun* says that an earlier process did so and was cut off.
    *approved* is what others have agreed to: then that is run, and *text* is left aside. *clicked* says that a button
    typed *text*, and may have left words for its clicker to add.
    """

    id: str
    principal: Principal
    channel_id: str
    text: str
    filled: Filled | None
    ask: Ask | None
    begun: bool
    begin: Callable[[], Awaitable[None]]
    approved: CommandPlan | None = None
    clicked: bool = False

    def ended(self, name: str, reply: Reply | None, how: str, *, at: datetime) -> Outcome:
        """Return the outcome: *how* the command *name* ended."""
        return Outcome(reply, AuditEvent(at, self.principal.user_id, "command.run", name, how))
