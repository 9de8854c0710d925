"""What the bot shows in a modal: plain values, drawn by the adapter; the one place where a new key is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from dgbot.deepgram import Secret
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.replies import Line
from dgbot.plugin.command import Command
from dgbot.plugin.form import Texts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DenyForm:
    """Asks the approver why not."""

    request: ApprovalRequest


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that is known of a request; *may_break* offers to break the glass."""

    request: ApprovalRequest
    may_break: bool = False


@dataclass(frozen=True, slots=True)
class GlassForm:
    """Asks whoever breaks the glass why it can't wait."""

    request: ApprovalRequest


@dataclass(frozen=True, slots=True)
class Creating:
    """Holds the place of the new key while Deepgram makes it."""

    request: ApprovalRequest


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key, once. *expires_at* is what Deepgram answered."""

    request: ApprovalRequest
    secret: Secret
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revoked:
    """Takes the place of a key that its requester revoked."""

    request: ApprovalRequest


@dataclass(frozen=True, slots=True)
class Sorry:
    """What went wrong, and what to do next."""

    headline: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CommandForm:
    """Asks for the words of a command that was typed without any in *channel_id*, or for those that *texts* lack.

    If it *waits* for others to agree, it may have to ask why, where the command itself does not (*asks_why*), and not
    take no for an answer (*needs_reason*).
    """

    command: Command
    channel_id: str
    waits: bool = False
    asks_why: bool = False
    needs_reason: bool = False
    texts: Texts = field(default_factory=dict[str, str])


Pane = CommandForm | DenyForm | Details | GlassForm | Creating | NewKey | Revoked | Sorry


@dataclass(frozen=True, slots=True)
class OpenPane:
    """A modal that is open on somebody's screen, at the revision *seal*."""

    view_id: str
    seal: str


class PaneLost(Exception):
    """The modal could not be opened or changed; *known* is False when nobody can tell whether it was."""

    def __init__(self, reason: str, *, known: bool) -> None:
        super().__init__(reason)
        self.known = known


class Panes(Protocol):
    """Modals on people's screens."""

    async def open(self, trigger_id: str, pane: Pane) -> OpenPane:
        """Open *pane* for whoever clicked; a trigger serves once, within 3 s. Raises PaneLost."""

    async def replace(self, standing: OpenPane, pane: Pane) -> None:
        """Show *pane* where *standing* is: one try, at most 5 s. Raises PaneLost."""


async def replaced(panes: Panes, standing: OpenPane, pane: Pane) -> bool:
    """Show *pane* where *standing* is; False if that failed, or if nobody can tell."""
    try:
        await panes.replace(standing, pane)
    except PaneLost as lost:
        log.warning("pane not replaced", reason=str(lost))
        return False
    return True
