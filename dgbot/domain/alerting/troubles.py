"""A time in which the bot could not see, for one cause: told once, and once that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Nothing was seen *since*, and told at *opened_at*: so many *projects* and *rules* are blind, as far as was told.

    *scope* is ``error:auth``, ``clock``, ``clock:ahead`` or ``no-data:<project>``, with ``@<channel>`` behind it for
    one that is told to those who hear of the rule, and not to the operators.
    """

    scope: str
    since: datetime
    opened_at: datetime
    projects: int = 1
    rules: int = 1

    @property
    def kind(self) -> str:
        """``error``, ``no-data`` or ``clock``."""
        return self.scope.partition(":")[0]

    @property
    def channel_id(self) -> str:
        """Who hears of it; empty for the operators."""
        return self.scope.partition("@")[2]

    @property
    def about(self) -> str:
        """Name the message that tells of it: one for a cause, one for all projects without data at that moment."""
        what = self.scope if self.kind != "no-data" else f"no-data@{self.channel_id}".rstrip("@")
        return f"trouble:{what}:{self.opened_at.isoformat()}"
