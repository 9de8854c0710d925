"""What a Deepgram remembers: projects with their people, keys, invites and money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from uuid import UUID

from dgbot.sandbox.deepgram.scopes import expand, role_of
from dgbot.sandbox.deepgram.usage import Workload, spent


@dataclass(frozen=True)
class Member:
    """A person of a project."""

    member_id: str
    email: str
    first_name: str | None
    last_name: str | None
    scopes: tuple[str, ...]

    @property
    def role(self) -> str:
        """member, admin or owner."""
        return role_of(self.scopes)


@dataclass(frozen=True)
class Key:
    """An API key; `secret` is what a caller authenticates with."""

    api_key_id: str
    secret: str = field(repr=False)
    member_id: str
    comment: str
    scopes: tuple[str, ...]
    tags: tuple[str, ...]
    created: datetime
    expires: datetime | None

    def lives(self, now: datetime) -> bool:
        """Whether the key has not expired at *now*."""
        return self.expires is None or now < self.expires


@dataclass(frozen=True)
class Invite:
    """Somebody who was asked to join and has not."""

    email: str
    scope: str


@dataclass(frozen=True)
class Order:
    """A purchase or a gift of credit; *amount* is what it was, not what is left of it."""

    order_id: str
    order_type: str
    amount: Decimal
    created: datetime
    expires: datetime | None


@dataclass(frozen=True)
class Credit:
    """What was left of an order, in USD, when the project's money was last counted."""

    balance_id: str
    order_id: str
    amount: Decimal


@dataclass
class Project:
    """One project and everything in it."""

    project_id: str
    name: str
    seed: int
    founded: datetime
    counted: datetime
    """When `credits` were true; spending since then comes off them."""
    members: dict[str, Member] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)

    def balances(self, now: datetime) -> tuple[Credit, ...]:
        """What is left at *now*: spending uses the credits up in their order, and stops at nothing."""
        return drain(tuple(self.credits), spent(self.workloads, self.seed, since=self.counted, until=now))

    def set_balance(self, amount: Decimal, now: datetime, order_id: str) -> None:
        """Leave *amount* USD in all, on the last credit; if that is more than before, the difference was bought now."""
        left = sum((credit.amount for credit in self.balances(now)), Decimal(0))
        if amount > left:
            self.orders.append(Order(order_id, "purchased", amount - left, now, None))
        *others, last = self.credits
        self.credits = [*(replace(credit, amount=Decimal(0)) for credit in others), replace(last, amount=amount)]
        self.counted = now

    def scopes_of(self, key: Key) -> frozenset[str]:
        """What *key* may do: its scopes as far as its member's present ones reach."""
        return expand(key.scopes) & expand(self.members[key.member_id].scopes)

    def owners(self) -> list[Member]:
        """The members who own the project."""
        return [member for member in self.members.values() if member.role == "owner"]

    def delete_key(self, key_id: str, now: datetime) -> None:
        """Forget the key; whatever used it stops spending now."""
        del self.keys[key_id]
        self.workloads = [
            replace(work, ends=now) if work.accessor == key_id and work.ends is None else work
            for work in self.workloads
        ]

    def remove_member(self, member_id: str, now: datetime) -> None:
        """Forget the member and delete every key that they made, as the service does."""
        for key in [key for key in self.keys.values() if key.member_id == member_id]:
            self.delete_key(key.api_key_id, now)
        del self.members[member_id]


@dataclass
class World:
    """Every project of this Deepgram."""

    random: Random
    projects: dict[str, Project] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)
    """Secrets that went over the wire, oldest first."""

    def new_id(self) -> str:
        """A fresh UUID, the same ones again for the same seed."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def new_secret(self) -> str:
        """A fresh secret: 40 hexadecimal digits."""
        return f"{self.random.getrandbits(160):040x}"

    def holder(self, secret: str, now: datetime) -> tuple[Project, Key] | None:
        """Whose secret this is; None if nobody's, or if the key has expired."""
        return next(
            ((project, key) for project, key in self._all_keys() if key.secret == secret and key.lives(now)),
            None,
        )

    def _all_keys(self) -> Iterator[tuple[Project, Key]]:
        for project in self.projects.values():
            for key in project.keys.values():
                yield project, key


def drain(credits: tuple[Credit, ...], cost: Decimal) -> tuple[Credit, ...]:
    """*credits* after *cost* USD came off them, the first ones first, none below zero."""
    left: list[Credit] = []
    for credit in credits:
        taken = min(credit.amount, cost)
        cost -= taken
        left.append(replace(credit, amount=credit.amount - taken))
    return tuple(left)
