"""Who is who in the simulated Slack, as the bots are told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from dgbot.domain.ports import DirectoryUnavailable, Person
from tests.sim.slack import Line


class Directory:
    """The Directory port: *members* of each user group, and who is a *full* member of the workspace."""

    def __init__(self, line: Line, full: frozenset[str], members: Mapping[str, frozenset[str]]) -> None:
        self._line, self._full, self._members = line, full, members

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        await self._ask()
        return Person(user_id, user_id.lower(), full=user_id in self._full, email=_email(user_id))

    async def by_email(self, email: str) -> Person | None:
        await self._ask()
        for user_id in sorted(self._full):
            if email == _email(user_id):
                return Person(user_id, user_id.lower(), full=True, email=email)
        return None

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        await self._ask()
        return frozenset(group for group in among if user_id in self._members.get(group, ()))

    async def _ask(self) -> None:
        fault = self._line.chance.of("people")
        await self._line.risk()
        await asyncio.sleep(self._line.chance.seconds(1, 5) if fault == "slow" else 0.05)
        if fault == "unavailable":
            self._line.told("slack users.info: unavailable")
            raise DirectoryUnavailable("users.info: TimeoutError")


def _email(user_id: str) -> str:
    return f"{user_id.lower()}@acme.test"
