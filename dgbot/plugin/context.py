"""What a command is handed when it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.identity import Principal
from dgbot.domain.plans import OldKey
from dgbot.domain.ports import Clock
from dgbot.domain.reconciliation import KeyReview
from dgbot.domain.replies import Piece
from dgbot.plugin.alerts import Alerts
from dgbot.plugin.digests import Digests

if TYPE_CHECKING:  # httpx is imported when the first client is built, not with the plugin floor
    from dgbot.deepgram import AsyncManageClient
    from dgbot.plugin.rule_spec import RuleSpec


class Rules(Protocol):
    """The alert rules of the invocation's project; what it changes is audited under the invocation's principal."""

    async def all(self) -> list[AlertRule]:
        """Return every rule, by name."""

    async def standing(self, name: str) -> list[AlertState]:
        """Return where each thing that the rule of that name watches stands."""

    async def put(self, spec: RuleSpec, *, before: AlertRule | None) -> AlertRule | None:
        """Add the rule that *spec* says, or let it take the place of *before*; it is evaluated at the next tick.

        None if somebody changed, added or removed the rule of its name since it was as *before*.
        """

    async def remove(self, name: str) -> bool:
        """Remove the rule of that name; False if there is none."""

    async def pause(self, name: str) -> bool:
        """Evaluate the rule of that name no more, and close what it told of; False if there is none."""

    async def resume(self, name: str) -> bool:
        """Evaluate the rule of that name again; False if there is none."""

    async def test(self, name: str) -> bool:
        """Post what the rule of that name would say, marked as a test; False if there is none."""


class Keys(Protocol):
    """The keys of the invocation's project, as the bot and Deepgram know them."""

    async def review(self) -> KeyReview:
        """Return every key, whose it is and what deserves a look, as of now; raises DeepgramError."""

    async def old(self, key_id: str) -> OldKey:
        """Return what those see of a key who decide on its successor; raises DeepgramError."""


@dataclass(frozen=True, slots=True)
class Project:
    """The Deepgram project that the bot runs; *name* falls back to the id while Deepgram does not tell it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that waits for a person, as the one who looks sees it.

    *value* belongs into the buttons that act on it; *until* ends the wait: for a decision, or once *approved* for its
    requester. *yes* of *needed* people have agreed. *replaces* names the key that it takes over from, and whose it is.
    """

    value: str
    title: str
    requester_id: str
    reason: str
    makes_key: bool
    approved: bool
    mine: bool
    waits_for_me: bool
    asked_at: datetime
    until: datetime
    yes: int
    needed: int
    replaces: tuple[Piece, ...] = ()


class Requests(Protocol):
    """The requests for approval, as the invocation's principal may see them."""

    async def open(self) -> list[OpenRequest]:
        """Return every request that waits for a person, oldest first."""

    async def key_revoked(self, key_id: str) -> bool:
        """Tell the card and the requester of a key that it was revoked; False if no request made that key."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a command may use; there is nothing to import instead.

    *channel_id* is where the words were typed; *now* is business time, read once for the whole invocation. *may* tells
    whether the principal holds a permission, so that nothing is offered to people that they would be refused.
    """

    principal: Principal
    channel_id: str
    project: Project
    deepgram: AsyncManageClient = field(repr=False)
    rules: Rules = field(repr=False)
    clock: Clock = field(repr=False)
    requests: Requests = field(repr=False)
    keys: Keys = field(repr=False)
    alerts: Alerts = field(repr=False)
    digests: Digests = field(repr=False)
    may: Callable[[str], bool] = field(repr=False)

    @property
    def now(self) -> datetime:
        """Business time, in UTC."""
        return self.clock.now()
