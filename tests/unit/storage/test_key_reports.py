"""What a review told is remembered, and of two bots that reviewed at once one keeps its report."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dgbot.domain.key_reports import KeyReport
from dgbot.domain.reconciliation import Concern, Finding
from dgbot.domain.request_states import State


@pytest.fixture
def report(noon):
    findings = (Finding(Concern.LEFT, "k1", "ci “x”", "erin@acme.test", "its owner has left"),)
    return KeyReport("p1", noon + timedelta(days=1), findings, 3, noon, 2, 7)


async def test_a_report_comes_back_as_it_was(store, report, noon, notice, event, audit_log):
    assert await store.key_report("p1") is None
    assert await store.put_key_report(None, report, now=noon, notices=[notice()], audit=[event("keys.report")])
    assert await store.key_report("p1") == report
    assert await store.key_report("p2") is None
    assert [queued.queued_at for queued in await store.due(noon, 9)] == [noon]
    assert await audit_log() == [("keys.report", "usage")]


async def test_of_two_first_reports_one_is_kept(store, report, noon, notice):
    assert await store.put_key_report(None, report, now=noon)
    other = dataclasses.replace(report, number=9)
    assert not await store.put_key_report(None, other, now=noon, notices=[notice()])
    assert (await store.key_report("p1"), await store.due(noon, 9)) == (report, [])


async def test_the_second_report_of_one_state_is_not_kept_and_says_nothing(
    store, report, noon, notice, event, audit_log
):
    assert await store.put_key_report(None, report, now=noon)
    after = dataclasses.replace(report, findings=(), failing_since=None, due_at=None, failures=0, revision=8)
    assert await store.put_key_report(report, after, now=noon)
    assert not await store.put_key_report(report, report, now=noon, notices=[notice()], audit=[event()])
    assert await store.key_report("p1") == after
    assert await store.due(noon, 9) == []
    assert await audit_log() == []


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"concern": "unheard of"}]'])
async def test_findings_that_somebody_broke_are_told_anew(store, report, noon, text):
    assert await store.put_key_report(None, report, now=noon)
    await store._run(lambda c: c.exec_driver_sql(f"UPDATE key_reports SET findings = '{text}'"))  # noqa: S608
    assert await store.key_report("p1") == dataclasses.replace(report, findings=())


async def test_requests_with_a_key_and_requests_by_name_are_found(store, request_, event):
    bare, granted = request_("r1"), request_("r2", state=State.DELIVERED, attempt=1, key_id="k2")
    revoked = request_("r3", state=State.REVOKED, attempt=1, key_id="k3")
    for one in (bare, granted, revoked):
        await store.open_request(one, notices=[], audit=event())
    assert await store.granted_requests() == [granted, revoked]
    assert await store.requests_among({"r3", "r1", "nobody's"}) == [bare, revoked]
    assert await store.requests_among(set()) == []
