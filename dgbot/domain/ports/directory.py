"""Who is in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


class Directory(Protocol):
    """Knows the workspace's people and user groups."""

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        """Return what Slack says about *user_id*, no older than *max_age*; raises DirectoryUnavailable."""

    async def by_email(self, email: str) -> Person | None:
        """Return the person with this address; None if no active account has it; raises DirectoryUnavailable."""

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        """Return those of the user groups *among* that *user_id* is in; raises DirectoryUnavailable."""


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says about a user. Guests, bots, strangers and deactivated people are not *full* members.

    *email* is empty where Slack does not tell it: without the scope ``users:read.email``, and of bots. So is *zone*,
    an IANA name such as ``Europe/Berlin``.
    """

    user_id: str
    name: str
    full: bool
    email: str
    zone: str = ""


class DirectoryUnavailable(Exception):
    """Slack did not tell; whoever asks must refuse."""
