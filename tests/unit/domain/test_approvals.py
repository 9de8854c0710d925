"""Two pairs of eyes: who decides, when, and on what."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from dgbot.domain.approvals import ApprovalRequest, already
from dgbot.domain.identity import Principal
from dgbot.domain.marks import marker, shown_name
from dgbot.domain.plans import CommandPlan, KeyPlan
from dgbot.domain.replies import plain
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused, Terms

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAN = KeyPlan("ci", "p1", "acme-prod", ("usage:read", "usage:write"), timedelta(days=7), ("nightly",))
TERMS = Terms(("approvers",))
ASKED = ApprovalRequest("r1", PLAN, "UALICE", "tests", "n0nce", NOON, NOON + timedelta(hours=8), terms=TERMS)
BOB = Principal("UBOB", frozenset({"approvers"}))


def approve(request=ASKED, by=BOB, now=NOON):
    return request.vote(by, yes=True, now=now)


def deny(request=ASKED, by=BOB, now=NOON):
    return request.vote(by, yes=False, now=now, because="no")


@pytest.mark.parametrize("decide", [approve, deny])
@pytest.mark.parametrize(
    ("by", "now", "why"),
    [
        (Principal("UALICE"), NOON, "Ask someone else"),
        (Principal("UALICE", frozenset({"approvers"})), NOON, "Ask someone else"),
        (Principal("UGINA", frozenset({"admins"})), NOON, "Only members of approvers"),
        (Principal("UGINA"), NOON, "Only members of approvers"),
        (BOB, NOON + timedelta(hours=8), "has expired"),
        (BOB, NOON + timedelta(days=9), "has expired"),
    ],
)
def test_nobody_decides_who_may_not_or_too_late(decide, by, now, why):
    with pytest.raises(DecisionRefused, match=why):
        decide(by=by, now=now)


@pytest.mark.parametrize("decide", [approve, deny])
@pytest.mark.parametrize("state", [state for state in State if state is not State.PENDING])
def test_what_is_not_pending_is_not_decided_again(decide, state):
    with pytest.raises(DecisionRefused):
        decide(dataclasses.replace(ASKED, state=state, decided_by="UCAROL"))


def test_a_yes_names_who_gave_it_and_starts_the_time_to_reveal():
    approved = approve(now=NOON + timedelta(hours=7, minutes=59))
    assert (approved.state, approved.decided_by) == (State.APPROVED, "UBOB")
    assert approved.reveal_by == NOON + timedelta(hours=31, minutes=59)


def test_a_no_keeps_the_reason():
    assert (deny().state, deny().denied_because) == (State.DENIED, "no")


@pytest.mark.parametrize(
    ("request_", "after", "overdue"),
    [
        (ASKED, timedelta(hours=7, minutes=59), False),
        (ASKED, timedelta(hours=8), True),
        (approve(), timedelta(hours=23), False),
        (approve(), timedelta(hours=24), True),
        (deny(), timedelta(days=365), False),
        (dataclasses.replace(approve(), state=State.CREATING), timedelta(days=365), False),
    ],
)
def test_a_request_is_overdue_when_its_wait_is_over(request_, after, overdue):
    assert request_.overdue(NOON + after) is overdue


@pytest.mark.parametrize("state", [state for state in State if state is not State.PENDING])
def test_every_state_that_is_decided_can_be_told_in_a_sentence(state):
    told = plain(already(dataclasses.replace(ASKED, state=state, decided_by="UBOB")))
    assert told.endswith(".")
    assert "@UBOB" in told or state in {State.EXPIRED, State.FAILED, State.CANCELLED}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "cd"},
        {"project_id": "p2"},
        {"scopes": ("usage:read",)},
        {"lives": timedelta(days=8)},
        {"lives": timedelta(days=7, seconds=1)},
        {"tags": ()},
    ],
)
def test_the_digest_changes_with_everything_that_the_approver_saw(change):
    assert dataclasses.replace(PLAN, **change).digest != PLAN.digest


@pytest.mark.parametrize(
    "change",
    [{"command": "drop"}, {"words": ("low", "60")}, {"words": ("low 50",)}, {"project_id": "p2"}, {"channel_id": "C2"}],
)
def test_the_digest_of_a_command_changes_with_everything_that_the_approver_saw(change):
    plan = CommandPlan("balance-alert set", ("low", "50"), "p1", "acme-prod", "C1")
    assert dataclasses.replace(plan, **change).digest != plan.digest


def test_the_digest_is_the_same_however_scopes_are_ordered():
    assert dataclasses.replace(PLAN, scopes=PLAN.scopes[::-1]).digest == PLAN.digest


def test_a_nonce_is_never_printed():
    assert "n0nce" not in repr(ASKED)


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        (f"ci {marker(ASKED, 1, 'abc')}", "ci"),
        (f"nightly batch {marker(ASKED, 12, 'abc')} ", "nightly batch"),
        ("call-center", "call-center"),
        ("a [dgbot: in the middle] of it", "a [dgbot: in the middle] of it"),
        ("", ""),
        (None, ""),
    ],
)
def test_people_see_a_keys_name_without_our_marker(comment, name):
    assert shown_name(comment) == name
