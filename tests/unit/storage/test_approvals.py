"""A request changes only from where it stands, and only together with its audit row and notices."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from datetime import timedelta

import pytest

from dgbot.adapters.storage import StorageError, open_store
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.plans import CommandPlan
from dgbot.domain.request_states import State
from dgbot.domain.rulings import Quota
from dgbot.services.facts import facts_of, value_of

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(store, request_, event):
    async def put(name="r1", **changes):
        made = request_(name, **changes)
        await store.open_request(made, notices=[], audit=event("approval.ask", name))
        return made

    return put


async def test_a_request_comes_back_as_it_was_opened(store, opened, noon):
    bare = await opened("bare")
    full = await opened(
        "full",
        state=State.DELIVERED,
        decided_by="UBOB",
        decided_at=noon + timedelta(microseconds=7),
        denied_because="no",
        reveal_by=noon + HOUR,
        attempt=2,
        key_id="k1",
        touched_at=noon,
        ended_because="delivered",
    )
    assert await store.request("bare") == bare
    assert await store.request("full") == full
    assert await store.request("nobody asked") is None


async def test_opening_leaves_its_notices_and_its_audit_row(store, request_, notice, event, noon, audit_log):
    assert await store.open_request(request_(), notices=[notice("card")], audit=event("approval.ask", "r1", noon))
    assert [(q.notice.key, q.queued_at) for q in await store.due(noon, 9)] == [("card", noon)]
    assert await audit_log() == [("approval.ask", "r1")]


async def test_an_id_that_is_taken_leaves_nothing(store, opened, request_, notice, event, noon, audit_log):
    first = await opened()
    assert not await store.open_request(request_(reason="other"), notices=[notice()], audit=event())
    assert await store.request("r1") == first
    assert await store.due(noon, 9) == []
    assert len(await audit_log()) == 1


async def test_a_move_changes_the_request_and_tells(store, opened, notice, event, noon, audit_log):
    before = await opened()
    after = dataclasses.replace(before, state=State.APPROVED, decided_by="UBOB", decided_at=noon)
    assert await store.move(before, after, audit=event("approval.approve", "r1"), notices=[notice("card")])
    assert await store.request("r1") == after
    assert [q.notice.key for q in await store.due(noon, 9)] == ["card"]
    assert await audit_log() == [("approval.ask", "r1"), ("approval.approve", "r1")]


@pytest.mark.parametrize(
    "since",
    [{"state": State.DENIED}, {"attempt": 1}, {"key_id": "k1"}],
    ids=["another state", "another attempt", "another key"],
)
async def test_a_move_from_where_it_no_longer_stands_changes_nothing(
    store, opened, notice, event, noon, audit_log, since
):
    read = await opened()
    stands = dataclasses.replace(read, **since)
    assert await store.move(read, stands, audit=event("first"))
    after = dataclasses.replace(read, state=State.APPROVED)
    assert not await store.move(read, after, audit=event("second"), notices=[notice()])
    assert await store.request("r1") == stands
    assert await store.due(noon, 9) == []
    assert [action for action, _ in await audit_log()] == ["approval.ask", "first"]


async def test_a_recorded_key_can_be_moved_on_from(store, opened, event):
    before = await opened(state=State.CREATED, attempt=1, key_id="k1")
    assert not await store.move(dataclasses.replace(before, key_id="k2"), before, audit=event())
    assert not await store.move(dataclasses.replace(before, key_id=None), before, audit=event())
    assert await store.move(before, dataclasses.replace(before, key_id=None), audit=event())


async def test_a_move_can_not_rename_a_request(store, opened, event):
    before = await opened()
    with pytest.raises(ValueError, match="r1 can't become request r2"):
        await store.move(before, dataclasses.replace(before, id="r2"), audit=event())


async def test_requests_whose_time_is_up_are_found(store, opened, noon):
    await opened("early", closes_at=noon + HOUR)
    await opened("late", closes_at=noon + 2 * HOUR, asked_at=noon - HOUR)
    await opened("uncollected", state=State.APPROVED, closes_at=noon, reveal_by=noon + HOUR, asked_at=noon + HOUR)
    await opened("done", state=State.DENIED, closes_at=noon)
    just_before = noon + HOUR - timedelta(microseconds=1)
    assert await store.overdue_requests(just_before) == []
    for moment, expected in [
        (noon + HOUR, ["early", "uncollected"]),
        (noon + 2 * HOUR, ["late", "early", "uncollected"]),
    ]:
        found = await store.overdue_requests(moment)
        assert [request.id for request in found] == expected
        assert all(request.overdue(moment) for request in found)


async def test_requests_in_doubt_are_found_oldest_first(store, opened, noon):
    for age, state in enumerate(State):
        await opened(state.value, state=state, asked_at=noon - age * HOUR)
    assert [r.id for r in await store.doubtful_requests()] == ["revoking", "delivering", "created", "creating"]


async def test_the_sweeper_sees_ended_requests_with_an_attempt(store, opened, event, noon):
    for name, attempt, state in [
        ("shown", 1, State.DELIVERED),
        ("never tried", 0, State.EXPIRED),
        ("under way", 1, State.REVOKING),
    ]:
        before = await opened(name, state=State.APPROVED, attempt=attempt)
        after = dataclasses.replace(before, state=state)
        assert await store.move(before, after, audit=event("end", name, noon + HOUR))
    assert [r.id for r in await store.ended_requests(noon)] == ["shown"]
    assert await store.ended_requests(noon + HOUR) == []


async def test_a_plan_that_was_changed_behind_our_back_is_refused(url, path, request_, event):
    async with open_store(url) as store:
        await store.open_request(request_(), notices=[], audit=event())
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE approval_requests SET plan = replace(plan, 'usage:read', 'owner')")
        connection.close()
        with pytest.raises(StorageError, match="plan of request r1 is not the one"):
            await store.request("r1")


async def test_a_row_that_somebody_changed_holds_up_no_other(path, request_, event):
    async with open_store(f"sqlite:///{path}") as store:
        for name in ("changed", "honest"):
            await store.open_request(request_(name), notices=[], audit=event("approval.ask", name))
        with sqlite3.connect(path) as shell:
            shell.execute("UPDATE approval_requests SET plan_digest = 'x' WHERE id = 'changed'")
        shell.close()
        late = request_("honest").closes_at + HOUR
        assert [request.id for request in await store.overdue_requests(late)] == ["honest"]
        with pytest.raises(StorageError, match="Somebody changed the database"):
            await store.request("changed")


async def test_a_command_from_before_cards_named_the_channel_keeps_the_digest_of_its_card(url, path, request_, event):
    plan = {"command": "invite", "words": ["a@co.com"], "project_id": "p1", "project_name": "acme", "channel_id": "C1"}
    digest = hashlib.sha256(b'["invite", ["a@co.com"], "p1"]').hexdigest()[:16]
    async with open_store(url) as store:
        await store.open_request(request_(), notices=[], audit=event())
        with sqlite3.connect(path) as shell:
            shell.execute("UPDATE approval_requests SET plan = ?, plan_digest = ?", [json.dumps(plan), digest])
        shell.close()
        [waiting] = await store.waiting_requests()
        assert waiting.plan.digest == digest
        after = dataclasses.replace(waiting, state=State.APPROVED)
        assert await store.move(waiting, after, audit=event("approval.approve"))
        kept = await store.request("r1")
        assert kept == after, "and so it stays, however often it is kept"
        assert value_of(ApprovalRequest, facts_of(request=kept), "request") == kept


async def test_a_command_that_was_moved_to_another_channel_behind_our_back_is_refused(url, path, request_, event):
    plan = CommandPlan("invite", ("a@co.com",), "p1", "acme-prod", "C1")
    async with open_store(url) as store:
        await store.open_request(request_(plan=plan), notices=[], audit=event())
        assert [request.plan for request in await store.waiting_requests()] == [plan]
        for old, new in (('"C1"', '"C2"'), ('"channel_told":true', '"channel_told":false')):
            with sqlite3.connect(path) as shell:
                shell.execute("UPDATE approval_requests SET plan = replace(plan, ?, ?)", [old, new])
            shell.close()
            with pytest.raises(StorageError, match="plan of request r1 is not the one"):
                await store.request("r1")


@pytest.mark.parametrize("plan", ["{", "[1]", b"\xff", '{"name": 5}', 5])
async def test_a_plan_that_cant_be_read_holds_up_no_other(path, request_, event, plan):
    async with open_store(f"sqlite:///{path}") as store:
        for name in ("changed", "honest"):
            await store.open_request(request_(name, attempt=1), notices=[], audit=event("approval.ask", name))
        with sqlite3.connect(path) as shell:
            shell.execute("UPDATE approval_requests SET plan = ? WHERE id = 'changed'", [plan])
        shell.close()
        late = request_("honest").closes_at + HOUR
        assert [request.id for request in await store.overdue_requests(late)] == ["honest"]
        with pytest.raises(StorageError, match="Request changed can't be read"):
            await store.request("changed")


async def test_a_state_that_nobody_knows_is_named(path, request_, event):
    async with open_store(f"sqlite:///{path}") as store:
        await store.open_request(request_(), notices=[], audit=event())
        with sqlite3.connect(path) as shell:
            shell.execute("UPDATE approval_requests SET state = 'lost'")
        shell.close()
        with pytest.raises(StorageError, match="Request r1 can't be read: 'lost'"):
            await store.request("r1")


async def test_a_quota_counts_every_account_and_takes_nobody_for_somebody_else_unseen(store, request_, event, noon):
    async def opened(name, who, *, accounts=(), known=(), requests=1):
        made = request_(name, requester_id=who).settle_by_quota(noon)
        told = event("approval.by_quota", name)
        mine, others = frozenset({who, *accounts}), frozenset(known)
        quota = Quota(requests, HOUR)
        return await store.open_by_quota(made, quota, accounts=mine, known=others, notices=[], audit=told)

    assert await opened("r1", "U1")
    assert await store.had_by_quota(noon - HOUR) == {"U1"}
    assert await store.had_by_quota(noon) == frozenset()
    assert not await opened("r2", "U2"), "U1 was not looked up: it may be the same person"
    assert not await opened("r3", "U2", accounts=["U1"], known=["U1"]), "it is the same person"
    assert await store.request("r3") is None
    assert await opened("r4", "U2", accounts=["U1"], known=["U1"], requests=2)
    assert await opened("r5", "U3", known=["U1", "U2"])
