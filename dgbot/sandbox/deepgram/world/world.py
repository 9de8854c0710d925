"""What a Deepgram remembers: projects, and who may open them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from uuid import UUID

from dgbot.sandbox.deepgram.world.catalog import EVERYBODYS, Catalog
from dgbot.sandbox.deepgram.world.chronicle import Entry
from dgbot.sandbox.deepgram.world.holdings import Agent, Credential, Credit, Invite, Key, Member, Order, Variable
from dgbot.sandbox.deepgram.world.scopes import expand
from dgbot.sandbox.deepgram.world.usage import Slice, Workload, midnight, spent


@dataclass(frozen=True)
class _Summed:
    """What *works* spent from *since* until *until*, the beginning of a day or the same moment."""

    works: tuple[Workload, ...]
    since: datetime
    until: datetime
    dollars: Decimal


@dataclass
class Project:
    """One project and everything in it.

    Usage comes from *workloads*, which go on for ever, and from *days* and *entries*, which were written down once.
    """

    project_id: str
    name: str
    seed: int
    founded: datetime
    counted: datetime
    """When `credits` were true; what the workloads spent since then comes off them."""
    company: str | None = None
    mip_opt_out: bool = True
    members: dict[str, Member] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    agents: dict[str, Agent] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    workloads: list[Workload] = field(default_factory=list)
    days: list[Slice] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    own_models: Catalog = field(default_factory=Catalog)
    _summed: _Summed | None = field(default=None, repr=False, compare=False)

    def balances(self, now: datetime) -> tuple[Credit, ...]:
        """What is left at *now*: spending uses the credits up in their order, and stops at nothing."""
        return drain(tuple(self.credits), self._spent(now))

    def _spent(self, now: datetime) -> Decimal:
        """What the workloads spent since `counted`; days that are over are added up once."""
        today, whole = midnight(now.astimezone(UTC).date()), self._summed
        works = tuple(self.workloads)
        if whole is None or (whole.since, whole.works) != (self.counted, works) or whole.until > now:
            whole = _Summed(works, self.counted, self.counted, Decimal(0))
        if whole.until < today:
            more = spent(works, self.seed, since=whole.until, until=today)
            self._summed = whole = replace(whole, until=today, dollars=whole.dollars + more)
        return whole.dollars + spent(works, self.seed, since=whole.until, until=now)

    def left(self, now: datetime) -> Decimal:
        """USD in all that are left at *now*."""
        return sum((credit.amount for credit in self.balances(now) if credit.units == "usd"), Decimal(0))

    def set_balance(self, amount: Decimal, now: datetime, new_id: Callable[[], str]) -> None:
        """Leave *amount* USD in all, on the last credit; if that is more than before, the difference was bought now."""
        left, order_id = self.left(now), new_id()
        if amount > left:
            self.orders.append(Order(order_id, "purchased", amount - left, now, None))
        if not any(credit.units == "usd" for credit in self.credits):
            self.credits.append(Credit(new_id(), order_id, Decimal(0)))
        filled: list[Credit] = []
        for credit in reversed(self.credits):
            if credit.units == "usd":
                credit, amount = replace(credit, amount=amount), Decimal(0)
            filled.insert(0, credit)
        self.credits, self.counted = filled, now

    def owners(self) -> list[Member]:
        """The members who own the project."""
        return [member for member in self.members.values() if member.role == "owner"]

    def member_with(self, email: str) -> Member | None:
        """The member with this address, however it is capitalised."""
        return next((member for member in self.members.values() if member.email.lower() == email.lower()), None)

    def delete_key(self, key_id: str, now: datetime) -> None:
        """Forget the key; whatever used it stops spending now."""
        del self.keys[key_id]
        self.workloads = [
            replace(work, ends=now) if work.use.accessor == key_id and work.ends is None else work
            for work in self.workloads
        ]

    def remove_member(self, member_id: str, now: datetime) -> None:
        """Forget the member and delete every key that they made, as the service does."""
        for key in [key for key in self.keys.values() if key.member_id == member_id]:
            self.delete_key(key.api_key_id, now)
        del self.members[member_id]


@dataclass(frozen=True)
class Pass:
    """A project as a key opens it: *maker* is the key's person, who may have another role in every project."""

    project: Project
    key: Key
    maker: Member

    @property
    def scopes(self) -> frozenset[str]:
        """What the key may do here: its scopes as far as its member's present ones reach."""
        return expand(self.key.scopes) & expand(self.maker.scopes)


@dataclass
class World:
    """Every project of this Deepgram."""

    random: Random
    projects: dict[str, Project] = field(default_factory=dict)
    models: Catalog = EVERYBODYS
    issued: list[str] = field(default_factory=list)
    """Secrets that went over the wire, oldest first."""

    def new_id(self) -> str:
        """A fresh UUID, the same ones again for the same seed."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def new_secret(self) -> str:
        """A fresh secret: 40 hexadecimal digits."""
        return f"{self.random.getrandbits(160):040x}"

    def own_pass(self, secret: str, now: datetime) -> Pass | None:
        """What the key with this secret opens of its own project; None if nobody has it or it has expired."""
        for project, key in self._all_keys():
            if key.secret == secret and key.lives(now):
                return Pass(project, key, project.members[key.member_id])
        return None

    def further_pass(self, own: Pass, project_id: str) -> Pass | None:
        """What the key of *own* opens of another project; None if it doesn't, or if its person isn't there."""
        project = self.projects.get(project_id) if project_id in own.key.sees else None
        member = project and project.member_with(own.maker.email)
        return Pass(project, own.key, member) if project and member else None

    def passes(self, own: Pass) -> Iterator[Pass]:
        """Yield everything that the key of *own* opens, its own project first."""
        yield own
        for project_id in own.key.sees:
            if further := self.further_pass(own, project_id):
                yield further

    def _all_keys(self) -> Iterator[tuple[Project, Key]]:
        for project in self.projects.values():
            for key in project.keys.values():
                yield project, key


def drain(credits: tuple[Credit, ...], cost: Decimal) -> tuple[Credit, ...]:
    """*credits* after *cost* USD came off them, the first ones first, none below zero."""
    left: list[Credit] = []
    for credit in credits:
        taken = min(credit.amount, cost) if credit.units == "usd" else Decimal(0)
        cost -= taken
        left.append(replace(credit, amount=credit.amount - taken))
    return tuple(left)
