"""A quota is a person's: a second account does not double it, and who can't be told apart waits for people."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.ports import Directory, DirectoryUnavailable, Person
from dgbot.domain.rulings import Asked
from tests.conftest import in_session
from tests.office import ALICE, BOB, CAROL, GENERAL

ONE_A_WEEK = {
    "roles": {"developers": {"users": [ALICE, BOB, CAROL]}},
    "approvals": {"rules": [{"scopes": ["usage:read"], "quota": {"requests": 1, "period": "7d"}}]},
}


@in_session()
async def quoted(new_office):
    async with new_office(settings=ONE_A_WEEK) as one:
        yield one


def ask(name: str) -> str:
    return f"/deepgram create-key {name} --scopes usage:read --ttl 1d"


def shares(office, address: str) -> None:
    """Let bob be alice's second account, under *address*."""
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], email="mallory@co.com")
    users[BOB] = dataclasses.replace(users[BOB], email=address)


@pytest.mark.parametrize("address", ["mallory@co.com", "Mallory+2@CO.com"])
async def test_two_accounts_with_one_address_have_one_quota(quoted, address):
    shares(quoted, address)
    assert "Approved at once" in await quoted.asks("alice", ask("first"))
    assert "Asked key-approvers" in await quoted.asks("bob", ask("second"))
    assert "Approved at once" in await quoted.asks("carol", ask("third")), "who is somebody else has a quota of her own"
    await quoted.tick(timedelta(days=7, minutes=1))
    assert "Approved at once" in await quoted.asks("bob", ask("fourth"))
    assert "Asked key-approvers" in await quoted.asks("alice", ask("fifth"))


async def test_two_accounts_at_the_same_moment_have_one_quota(quoted):
    shares(quoted, "mallory@co.com")

    async def asks(user_id: str) -> str:
        plan = KeyPlan(user_id, quoted.deepgram.project_id, "acme-prod", ("usage:read",), timedelta(days=1))
        asked = Asked("create-key", plan, Principal(user_id, frozenset({"developers"})), GENERAL, "")
        return str((await quoted.parts.asking.open(user_id, asked)).headline)

    told = sorted([answer.partition(" ")[0] for answer in await asyncio.gather(*map(asks, (ALICE, BOB, CAROL)))])
    assert told == ["Approved", "Approved", "Asked"], "carol's, and one of the others'"


async def test_who_has_no_address_waits_for_people(quoted, logged):
    users = quoted.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], email="")
    assert "Asked key-approvers" in await quoted.asks("alice", ask("first"))
    assert [event["user"] for event in logged if event["event"] == "quota not used"] == [ALICE]


class Silent:
    """A directory that can't tell who one of them is."""

    def __init__(self, directory: Directory, about: str) -> None:
        self._directory = directory
        self._about = about

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        if user_id == self._about:
            raise DirectoryUnavailable("users.info: ratelimited")
        return await self._directory.person(user_id, max_age=max_age)


async def test_while_slack_cant_tell_who_else_had_something_people_decide(quoted):
    await quoted.asks("alice", ask("first"))
    quoted.parts.asking._quotas._directory = Silent(quoted.parts.directory, ALICE)
    assert "Asked key-approvers" in await quoted.asks("bob", ask("second"))
