"""The local Deepgram as one object: an application to serve, and levers for scripts and tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from random import Random

from dgbot.sandbox.deepgram import acme
from dgbot.sandbox.deepgram.edge import Edge
from dgbot.sandbox.deepgram.faults import Faults, Seen
from dgbot.sandbox.deepgram.wire import Shapes
from dgbot.sandbox.deepgram.world import Invite, Key, Member, Project, World


class LocalDeepgram:
    """Deepgram's Manage API over a world in memory, where acme-prod spends about $19 a weekday and $4 a weekend day.

    The same *seed* and the same *now* make the same world, ids and secrets included. *api_key* is the bot's own:
    carol's, with an owner's power over acme-prod. *shapes* chooses between the two forms in which answers were
    published. It belongs to one event loop.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 0,
        api_key: str = "10ca1" * 8,
        shapes: Shapes = "spec",
    ) -> None:
        self.api_key = api_key
        self._now = now
        self._world = World(Random(f"{seed}:world"))  # noqa: S311 (repeatable on purpose)
        self._acme = acme.settle(self._world, now(), seed=seed, api_key=api_key)
        self._faults = Faults()
        self.app = Edge(self._world, self._faults, now, shapes, Random(f"{seed}:requests"))  # noqa: S311

    # The world, to look at

    @property
    def project_id(self) -> str:
        """The id of acme-prod."""
        return self._acme.production.project_id

    @property
    def production(self) -> Project:
        """acme-prod."""
        return self._acme.production

    @property
    def staging(self) -> Project:
        """acme-staging, which the bot's key can't see."""
        return self._acme.staging

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key of acme-prod that was not deleted, expired ones included, oldest entry first."""
        return tuple(self.production.keys.values())

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of acme-prod."""
        return tuple(self.production.members.values())

    @property
    def invites(self) -> tuple[Invite, ...]:
        """The open invites of acme-prod."""
        return tuple(self.production.invites.values())

    @property
    def balance(self) -> Decimal:
        """What is left to acme-prod by now, in USD."""
        return sum((credit.amount for credit in self.production.balances(self._now())), Decimal(0))

    @property
    def requests(self) -> list[Seen]:
        """What was asked so far, in the order in which calls ended; clear it to begin anew."""
        return self.app.seen

    @property
    def pending(self) -> tuple[tuple[str, str], ...]:
        """The calls, by method and path, that arrived and wait to be done because of a delay, oldest first."""
        return tuple(self.app.pending)

    @property
    def issued_secrets(self) -> list[str]:
        """The secret of every key that was created over the wire, oldest first, lost answers included."""
        return self._world.issued

    # Levers

    def set_balance(self, amount: Decimal) -> None:
        """Leave *amount* USD to acme-prod, which drains from there; more than was left counts as bought now."""
        if not amount.is_finite() or amount < 0:
            raise ValueError(f"{amount} is no balance: give 0 or more US dollars.")
        self.production.set_balance(amount, self._now(), self._world.new_id())

    def fail(self, method: str, path_pattern: str, status: int, *, times: int | None = None) -> None:
        """Answer *status* instead of doing the call, the next *times* or until `heal`; 0 drops the connection.

        ``*`` as the method is any verb; in the pattern it stands for one path segment or more. The newest fault
        strikes first.
        """
        self._faults.fail(method, path_pattern, status, times)

    def delay(self, seconds: float, path_pattern: str = "*") -> None:
        """Let calls wait *seconds* of real time before they are done; a caller who gives up does not undo them."""
        self._faults.delay(seconds, path_pattern)

    def lose_answer(self, method: str, path_pattern: str, *, times: int | None = 1) -> None:
        """Do the call, then drop the connection: the caller can't know the outcome."""
        self._faults.lose(method, path_pattern, times)

    def heal(self) -> None:
        """Switch every fault off."""
        self._faults.heal()
