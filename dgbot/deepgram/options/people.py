"""Whom to let in, and how far."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_words


@dataclass(frozen=True, kw_only=True)
class InviteOptions(Options):
    """Whom to invite, and as what: Deepgram takes member, admin and owner, and says so if it is another *scope*."""

    email: str
    scope: str

    def __post_init__(self) -> None:
        if not isinstance(self.email, str) or "@" not in self.email.strip("@") or " " in self.email:
            raise DeepgramOptionsError(f"email: {self.email!r} is not an address such as jane@example.com.")
        check_words("scope", self.scope)


@dataclass(frozen=True, kw_only=True)
class ScopeOptions(Options):
    """The scope to give to a member: a role replaces the role, any other scope is added."""

    scope: str

    def __post_init__(self) -> None:
        check_words("scope", self.scope)
