"""Where it is remembered how the things stand that rules watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import DueRule, Instance
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice


class InstanceStore(Protocol):
    """Where each instance of a rule stands, what was told of it, and its history."""

    async def instances(self, rule_id: str) -> list[Instance]:
        """Return every instance of a rule."""

    async def instance_of(self, incident_id: str) -> Instance | None:
        """Return the instance whose latest incident has this id."""

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""

    async def save_evaluated(self, evaluated: Sequence[Evaluated]) -> int:
        """Save each of *evaluated* that nobody saved since, with what it leaves to say; return how many those are."""

    async def troubles(self) -> list[Trouble]:
        """Return what keeps the bot from seeing, as far as it was told."""

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble* with what is told of it; False if its scope is in trouble already."""

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*, with what is told of that; False if somebody changed it."""

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*, with what is told of that; False if it is over already."""

    async def save_round(self, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        """Do the same, unless the rule was changed, removed, or evaluated to the end since it was *due*."""

    async def bulletins(self) -> list[Bulletin]:
        """Return the messages that tell of several alerts, of which something may still fire."""

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that; False if somebody did. Nothing left: forget it."""

    async def unheard(self, because: str, since: datetime) -> list[str]:
        """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""

    async def chronicle(self, incident_id: str) -> Chronicle | None:
        """Return what happened in an incident, also in one that is long over; None if there never was one."""

    async def incident_history(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an incident, also of one that is long over, oldest first."""
