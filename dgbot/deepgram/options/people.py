"""Whom to let in, and how far."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options.checks import check_words


class InviteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite, and as what: Deepgram takes member, admin and owner, and says so if it is another *scope*."""

    email: str
    scope: str

    def __post_init__(self) -> None:
        if not isinstance(self.email, str) or "@" not in self.email.strip("@") or " " in self.email:
            raise DeepgramOptionsError(f"email: {self.email!r} is not an address such as jane@example.com.")
        check_words("scope", self.scope)


class ScopeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The scope to give to a member: a role replaces the role, any other scope is added."""

    scope: str

    def __post_init__(self) -> None:
        check_words("scope", self.scope)
