"""What a project holds: people, keys, invites, credit and what was stored for its agents."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from dgbot.sandbox.deepgram.world.scopes import role_of


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
    sees: Collection[str] = ()
    """Ids of further projects of the same person that the key opens; a key made over the wire opens its own alone."""

    def lives(self, now: datetime) -> bool:
        """Whether the key has not expired at *now*."""
        return self.expires is None or now < self.expires


def is_secret(text: str) -> bool:
    """Whether *text* can be a key's secret: something that a header can carry."""
    return re.fullmatch("[!-~]+", text) is not None


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
    units: str = "usd"


@dataclass(frozen=True)
class Credit:
    """What was left of an order when the project's money was last counted."""

    balance_id: str
    order_id: str
    amount: Decimal
    units: str = "usd"


@dataclass(frozen=True)
class Agent:
    """A stored configuration of a voice agent."""

    agent_id: str
    config: object
    metadata: dict[str, str]
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Variable:
    """A value that agents' configurations refer to by its name."""

    variable_id: str
    key: str
    value: object
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Credential:
    """What a self-hosted Deepgram fetches its images with."""

    credential_id: str
    member_id: str
    email: str
    provider: str
    comment: str | None
    scopes: tuple[str, ...]
    created: datetime
