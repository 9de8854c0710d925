"""What waits, as each of them sees it: a line and the buttons that one may click."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dgbot import Buttons, Note, OpenRequest, Text
from dgbot.domain.replies import plain
from dgbot_plugins.approvals import MOST
from tests.plugins.conftest import SUNDAY

ASKED = OpenRequest(
    value="r1:digest",
    title="ci",
    requester_id="U_BOB",
    reason="nightly",
    makes_key=True,
    approved=False,
    mine=False,
    waits_for_me=True,
    asked_at=SUNDAY,
    until=SUNDAY,
    yes=0,
    needed=1,
)
MINE = replace(ASKED, requester_id="U_ALICE", mine=True, waits_for_me=False)


class Waiting:
    def __init__(self, *requests):
        self.requests = list(requests)

    async def open(self):
        return self.requests


@pytest.fixture
def waiting(run, ctx):
    async def waiting(line, *requests):
        object.__setattr__(ctx, "requests", Waiting(*requests))
        return await run(line)

    return waiting


def lines(reply):
    return [plain(part.line) for part in reply.parts if isinstance(part, Text)]


def labels(reply):
    return [[button.label for button in part.buttons] for part in reply.parts if isinstance(part, Buttons)]


def titles(reply):
    return [part.line for part in reply.parts if isinstance(part, Note)]


async def test_nothing_waits_is_an_answer_with_a_next_step(waiting):
    reply = await waiting("approvals")
    assert reply.headline == "Nothing waits for you"
    assert "/deepgram create-key" in titles(reply)[0]
    assert (await waiting("approvals all")).headline == "No request is open"


async def test_what_waits_for_me_can_be_decided_here(waiting):
    reply = await waiting("approvals", ASKED)
    assert reply.headline == "1 request waits for your decision"
    assert lines(reply) == ["@U_BOB asked for the key ci: “nightly” · 0 of 1 approvals · closes 22 Nov 14:00 UTC"]
    assert labels(reply) == [["Approve", "Deny…", "Details"]]
    assert titles(reply) == [], "the headline says it already"


async def test_mine_can_be_taken_back_and_revealed_once_approved(waiting):
    reply = await waiting("approvals", MINE, replace(MINE, value="r2:digest", approved=True))
    assert reply.headline == "1 key of yours is approved · 1 request of yours waits for others"
    assert lines(reply)[1] == "You asked for the key ci: “nightly” · approved, to be revealed before 22 Nov 14:00 UTC"
    assert labels(reply) == [["Details", "Cancel"], ["Reveal key", "Cancel"]]


async def test_a_command_that_is_being_run_can_not_be_taken_back(waiting):
    [line] = lines(reply := await waiting("approvals", replace(MINE, makes_key=False, approved=True, reason="")))
    assert line == "You asked to run ci · approved, and being run"
    assert "Cancel" not in str(labels(reply))


async def test_both_kinds_have_a_title_each(waiting):
    assert titles(await waiting("approvals", ASKED, MINE)) == ["Waits for your decision", "Your own requests"]


async def test_what_waits_for_others_is_only_in_the_list_of_all(waiting):
    others = replace(ASKED, waits_for_me=False)
    assert (await waiting("approvals", others)).headline == "Nothing waits for you"
    reply = await waiting("approvals all", others)
    assert reply.headline == "One request is open"
    assert labels(reply) == [["Details"]]


async def test_of_very_many_the_oldest_are_shown_and_the_rest_is_counted(waiting):
    reply = await waiting("approvals all", *[ASKED] * (MOST + 3))
    assert reply.headline == f"{MOST + 3} requests are open"
    assert len(lines(reply)) == MOST
    assert titles(reply) == ["and 3 more"]
