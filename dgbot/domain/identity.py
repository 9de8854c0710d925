"""Who is asking, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANYONE = "anyone"
"""The permission of commands that every full member of the workspace may run."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person in the workspace: an immutable Slack user id, and the roles that the settings give it."""

    user_id: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Role:
    """Some people, by user id or user group id, and the permissions that they hold."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """Which roles there are and what each may do; what it does not name is refused."""

    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])

    def principal(self, user_id: str, groups: frozenset[str] = frozenset()) -> Principal:
        """Return *user_id* with every role that it or one of its user *groups* is named in."""
        held = (name for name, role in self.roles.items() if user_id in role.users or groups & role.groups)
        return Principal(user_id, frozenset(held))

    def allows(self, principal: Principal, permission: str) -> bool:
        """Whether any role of *principal* holds *permission*."""
        return permission == ANYONE or bool(principal.roles & self.holders(permission))

    def holders(self, permission: str) -> frozenset[str]:
        """Return the names of the roles that hold *permission*."""
        return frozenset(name for name, role in self.roles.items() if permission in role.may)

    @property
    def groups(self) -> frozenset[str]:
        """Every user group id that any role names."""
        return frozenset().union(*(role.groups for role in self.roles.values()))
