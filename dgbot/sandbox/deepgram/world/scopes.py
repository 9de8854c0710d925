"""Which scopes exist, and what a role or a key may do with them."""

from __future__ import annotations

import re
from collections.abc import Iterable

ROLES = ("member", "admin", "owner")
EVERYTHING = "self-hosted:products"  # of what may be run on one's own machines

_PEOPLE = ("read", "read:invites", "read:scopes", "write", "write:invites", "write:scopes", "write:kick")


def _people(role: str) -> frozenset[str]:
    return frozenset(f"{role}s:{verb}" for verb in _PEOPLE)


_MEMBER = frozenset(
    {"project:read", "project:write", "keys:read", "keys:write", "usage:read", "usage:write"},
)
_ADMIN = (
    _MEMBER
    | _people("member")
    | _people("admin")
    | {"owners:read", "owners:read:invites", "owners:read:scopes", "billing:read"}
)
_OWNER = _ADMIN | _people("owner") | {"project:write:settings", "project:write:destroy", "billing:write"}
_OF_ROLE = {"member": _MEMBER, "admin": _ADMIN, "owner": _OWNER}
_SELF_HOSTED = re.compile("self-hosted:(products|product:[a-z0-9-]+)")


def is_scope(text: str) -> bool:
    """Whether a key or a member can be given *text*: a role, one of an owner's scopes, or a self-hosted product."""
    return text in _OF_ROLE or text in _OWNER or bool(_SELF_HOSTED.fullmatch(text))


def role_of(scopes: Iterable[str]) -> str:
    """The highest role among *scopes*; somebody without one counts as a member."""
    given = set(scopes)
    return next((role for role in reversed(ROLES) if role in given), "member")


def expand(scopes: Iterable[str]) -> frozenset[str]:
    """Every single scope that *scopes* stand for, roles written out.

    A broad scope does not imply a narrower one: ``members:write`` does not invite. Nobody documents that it would.
    """
    spelled: set[str] = set()
    for scope in scopes:
        spelled |= _OF_ROLE.get(scope, {scope})
    return frozenset(spelled)


def powers(scopes: Iterable[str]) -> frozenset[str]:
    """Those of the `expand`ed *scopes* that let somebody do something here: self-hosted and invented ones do not."""
    return expand(scopes) & _OWNER


def with_role(scopes: tuple[str, ...], scope: str) -> tuple[str, ...]:
    """What *scopes* become when *scope* is set: a role replaces the role, anything else is added."""
    if scope in ROLES:
        return (scope, *(kept for kept in scopes if kept not in ROLES))
    return scopes if scope in scopes else (*scopes, scope)


def granted(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that a new key gets: those *asked* for, and ``keys:read`` with ``keys:write`` as the service does."""
    extra = ("keys:read",) if "keys:write" in asked and "keys:read" not in asked else ()
    return (*dict.fromkeys(asked), *extra)
