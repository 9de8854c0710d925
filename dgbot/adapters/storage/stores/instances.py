"""`InstanceStore` on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.storage import bulletins, chronicle, instances, troubles
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import DueRule, Instance
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice


class SqlInstances(UnitStore):
    """How the things stand that rules watch, and what was told of them."""

    async def instances(self, rule_id: str) -> list[Instance]:
        """Return every instance of a rule."""
        return await self._run(lambda connection: instances.of_rule(connection, rule_id))

    async def instance_of(self, incident_id: str) -> Instance | None:
        """Return the instance whose latest incident has this id."""
        return await self._run(lambda connection: instances.of_incident(connection, incident_id))

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""
        return await self._run(instances.not_ok)

    async def save_evaluated(self, evaluated: Sequence[Evaluated]) -> int:
        """Save each of *evaluated* that nobody saved since, with what it leaves to say; return how many those are."""
        return await self._run(lambda connection: instances.save_all(connection, evaluated))

    async def troubles(self) -> list[Trouble]:
        """Return what keeps the bot from seeing, as far as it was told."""
        return await self._run(troubles.troubles)

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble* with what is told of it; False if its scope is in trouble already."""
        return await self._run(lambda connection: troubles.open_trouble(connection, trouble, notice))

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*, with what is told of that; False if somebody changed it."""
        return await self._run(lambda connection: troubles.change_trouble(connection, before, after, notice, now))

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*, with what is told of that; False if it is over already."""
        return await self._run(lambda connection: troubles.close_trouble(connection, trouble, notice, now))

    async def save_round(self, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        """Do the same, unless the rule was changed, removed, or evaluated to the end since it was *due*."""
        return await self._run(lambda connection: instances.save_round(connection, due, evaluated))

    async def bulletins(self) -> list[Bulletin]:
        """Return the messages that tell of several alerts, of which something may still fire."""
        return await self._run(bulletins.bulletins)

    async def change_bulletin(self, before: Bulletin, after: Bulletin, notice: Notice, *, now: datetime) -> bool:
        """Change how much of it is left, with what is told of that; False if somebody did."""
        return await self._run(lambda connection: bulletins.change(connection, before, after, notice, now))

    async def unheard(self, because: str, since: datetime) -> list[str]:
        """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""
        return await self._run(lambda connection: instances.unheard(connection, because, since))

    async def chronicle(self, incident_id: str) -> Chronicle | None:
        """Return what happened in an incident, also in one that is long over; None if there never was one."""
        return await self._run(lambda connection: chronicle.of_incident(connection, incident_id))

    async def incident_history(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the latest *limit* lines of an incident, oldest first."""
        return await self._run(lambda connection: instances.incident_history(connection, incident_id, limit))
