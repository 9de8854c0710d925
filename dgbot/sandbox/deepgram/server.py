"""The local Deepgram as one object: an application to serve, and levers for scripts and tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from random import Random

from starlette.types import Receive, Scope, Send

from dgbot.sandbox.deepgram.edge.arrival import arriving
from dgbot.sandbox.deepgram.edge.control import Control
from dgbot.sandbox.deepgram.edge.departure import can_cut, cut, refuse_socket, send_whole
from dgbot.sandbox.deepgram.edge.edge import Edge, Witness
from dgbot.sandbox.deepgram.edge.faults import Delay, Drop, Faults, Form, Reset, Status, Strike
from dgbot.sandbox.deepgram.edge.ledger import Ledger, Seen
from dgbot.sandbox.deepgram.edge.patience import Patience
from dgbot.sandbox.deepgram.wire import Wire, countable
from dgbot.sandbox.deepgram.world import acme
from dgbot.sandbox.deepgram.world.holdings import Invite, Key, Member
from dgbot.sandbox.deepgram.world.seed import Seed
from dgbot.sandbox.deepgram.world.settling import settle
from dgbot.sandbox.deepgram.world.world import Project, World

API_KEY = "10ca1" * 8


class LocalDeepgram:
    """Deepgram's Manage API over a world in memory, where acme-prod spends about $19 a weekday and $4 a weekend day.

    The same *seed* and the same *now* make the same world, ids and secrets included. *api_key* is the bot's own:
    carol's, with an owner's power over acme-prod. With a *world*, that is what lives here, and what is said of
    acme-prod holds for its first project. *wire* chooses between the two forms in which answers were published;
    *lenient* lets any scope be given to invites, members and keys. It belongs to one event loop. Raises SeedError.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 0,
        world: Seed | None = None,
        api_key: str | None = None,
        wire: Wire = "current",
        lenient: bool = False,
    ) -> None:
        self.wire: Wire = wire
        self._now = now
        self._world = World(Random(f"{seed}:world"))  # noqa: S311 (repeatable on purpose)
        if world is None:
            self.api_key = api_key or API_KEY
            acme.settle(self._world, now(), seed=seed, api_key=self.api_key)
        else:
            self.api_key = settle(self._world, world, now(), api_key=api_key, spare=API_KEY)
        self._projects = tuple(self._world.projects.values())
        self._faults = Faults()
        self._ledger = Ledger()
        self._patience = Patience()
        random = Random(f"{seed}:requests")  # noqa: S311
        self.witness: Witness = lambda *_: None
        self._edge = Edge(
            self._world,
            self._faults,
            self._ledger,
            self._patience,
            now,
            random,
            wire=wire,
            lenient=lenient,
            witness=lambda *call: self.witness(*call),
        )
        self._control = Control(self._faults, self._ledger, self.set_balance)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application: Deepgram's API, and the control interface under ``/sandbox``."""
        if scope["type"] == "websocket":
            await refuse_socket(receive, send)
        if scope["type"] != "http":
            return
        try:
            arrival = await self._patience.during(arriving(scope, receive))
            if arrival is None:
                return
            if self._control.owns(arrival.path):
                await send_whole(self._control.answer(arrival), send)
            else:
                await self._edge(arrival, receive, send)
        except asyncio.CancelledError:
            if not can_cut(receive):
                raise
            await cut(receive, reset=False)  # uvicorn cancels a call when it ends, and logs it unless the line is cut

    # The world, to look at

    @property
    def world(self) -> World:
        """Everything that is remembered, for whoever does what Deepgram's console does."""
        return self._world

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._faults

    @property
    def project_id(self) -> str:
        """The id of acme-prod."""
        return self.production.project_id

    @property
    def production(self) -> Project:
        """acme-prod."""
        return self._projects[0]

    @property
    def staging(self) -> Project:
        """acme-staging, which the bot's key can't see."""
        return self._projects[1]

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
        return self.production.left(self._now())

    @property
    def requests(self) -> list[Seen]:
        """What was asked so far, in the order in which calls ended; clear it to begin anew."""
        return self._ledger.entries

    @property
    def pending(self) -> tuple[tuple[str, str], ...]:
        """The calls, by method and path, that arrived and wait to be done because of a delay, oldest first."""
        return tuple((one.method, one.path) for one in self._ledger.waiting)

    @property
    def issued_secrets(self) -> list[str]:
        """The secret of every key that was created over the wire, oldest first, lost answers included."""
        return self._world.issued

    # Levers

    def set_balance(self, amount: Decimal, project_id: str | None = None) -> None:
        """Leave *amount* USD to a project, by default acme-prod; more than was left counts as bought now."""
        if not countable(amount) or amount < 0:
            raise ValueError(f"{amount:.30} is no balance: give 0 or more US dollars, fewer than 10**15.")
        project = self.production if project_id is None else self._world.projects.get(project_id)
        if project is None:
            raise ValueError(f"{project_id} is not the id of a project here.")
        project.set_balance(amount, self._now(), self._world.new_id)

    def switch_on(self, fault: Strike | Delay) -> int:
        """Let *fault* strike from now on, before the faults that are on already; returns its number."""
        return self._faults.switch_on(fault)

    def fail(
        self, method: str, path_pattern: str, status: int, *, times: int | None = None, form: Form = "modern"
    ) -> None:
        """Answer *status* instead of doing the call, the next *times* or until `heal`; 0 drops the connection.

        ``*`` as the method is any verb; in the pattern it stands for one path segment or more. The newest fault
        strikes first. 429 asks for a second's patience.
        """
        if status == 0:
            self.switch_on(Drop(method=method, path=path_pattern, times=times))
            return
        after = 1 if status == 429 else None
        struck = Status(method=method, path=path_pattern, times=times, status=status, form=form, retry_after=after)
        self.switch_on(struck)

    def delay(self, seconds: float, path_pattern: str = "*") -> None:
        """Let calls wait *seconds* of real time before they are done; a caller who gives up does not undo them."""
        self.switch_on(Delay(path=path_pattern, seconds=seconds))

    def lose_answer(self, method: str, path_pattern: str, *, times: int | None = 1) -> None:
        """Do the call, then reset the connection: the caller can't know the outcome."""
        self.switch_on(Reset(method=method, path=path_pattern, times=times))

    def heal(self) -> None:
        """Switch every fault off."""
        self._faults.heal()

    def hang_up(self) -> None:
        """Close the connections of calls that wait for a delay or the rest of their body, now and from now on."""
        self._patience.end()
