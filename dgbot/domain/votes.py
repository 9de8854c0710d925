"""Who decides, how many of them it takes, and what one of them said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dgbot.domain.identity import Principal
from dgbot.domain.replies import Line, plain


@dataclass(frozen=True, slots=True)
class Terms:
    """Who decides on a request and how many it takes; fixed when it is asked, whatever the settings say later.

    Members of any of the roles *approvers* decide: *yes* of them settle it, and so do *no*. An approved key waits
    *reveal_within* for its requester, who holds one of each of *askers* (none: whoever may run the command).
    """

    approvers: tuple[str, ...] = ()
    yes: int = 1
    no: int = 1
    reveal_within: timedelta = timedelta(hours=24)
    askers: tuple[tuple[str, ...], ...] = ()

    def objection(self, asker: Principal) -> str:
        """Return, as a sentence, why *asker* can't ask on these terms; empty if they can."""
        for roles in self.askers:
            if not asker.roles & set(roles):
                return f"Only members of {any_of(roles)} may ask for this."
        return ""

    def let_decide(self, person: Principal) -> bool:
        """Whether *person* is one of those who decide."""
        return bool(person.roles & set(self.approvers))


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's yes or no. *glass* says that it settled the request alone, whatever the terms ask for.

    A yes that is *lapsed* counts no more: whoever gave it left those who decide before enough others had agreed.
    """

    by: str
    yes: bool
    at: datetime
    because: str = ""
    glass: bool = False
    lapsed: bool = False

    @property
    def counts_as_yes(self) -> bool:
        """Whether it is a yes that counts."""
        return self.yes and not self.lapsed


class DecisionRefused(Exception):
    """This decision does not count; *line* tells the person why and who can."""

    def __init__(self, line: Line) -> None:
        super().__init__(plain(line))
        self.line = line


def any_of(roles: Iterable[str]) -> str:
    """Name *roles*, any of which will do."""
    return " or ".join(roles) or "a role that the settings do not name"
