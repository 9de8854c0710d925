"""One process of the race: some approvers and the requester, who all say yes to every request, all at once."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta

from dgbot.adapters.storage import StoreBusy, open_store
from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.identity import Policy, Principal
from dgbot.domain.ports import Person
from dgbot.domain.rulings import Ruling
from dgbot.domain.votes import DecisionRefused, Terms
from dgbot.services.approvals.decisions import Approvals
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.people import People
from tests.faults.racer_clock import Still
from tests.faults.races import NOON, request


class Everybody:
    """A workspace in which all are full members with an address of their own."""

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        return Person(user_id, user_id, full=True, email=f"{user_id}@acme.example")

    async def by_email(self, email: str) -> Person | None:
        return None

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        return frozenset()


async def race(url: str, requests: int, people: list[str]) -> None:
    async with open_store(url) as store:
        policy = ApprovalPolicy(Ruling(Terms(("key-approvers",)), "CKEYAPPR1"))
        steps = ApprovalSteps(store, Still(NOON), wake_outbox=lambda: None, work_on=lambda _: None)
        approvals = Approvals(steps, policy, People(Everybody(), Policy()))

        async def says_yes(who: Principal, number: int) -> str | None:
            while True:
                try:
                    standing = await approvals.standing(request(number).id)
                    assert standing is not None
                    await approvals.approve(standing, who)
                except DecisionRefused:
                    return None
                except StoreBusy:  # nothing was kept; whoever clicks again may
                    continue
                return standing.id

        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        voters = [Principal(who, frozenset({"key-approvers"})) for who in people]
        won: list[str] = []
        for number in range(requests):
            won += [one for one in await asyncio.gather(*[says_yes(who, number) for who in voters]) if one]
        print(json.dumps(won))


asyncio.run(race(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
