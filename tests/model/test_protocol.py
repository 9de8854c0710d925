"""Create on reveal keeps its promises in every order of events, and breaks one as soon as a safeguard is left out."""

from __future__ import annotations

import pytest

from dgbot.domain.request_states import State
from tests.model.protocol import At, Flaw, World
from tests.model.search import Found, explore

SECOND_LINES = {
    Flaw.NO_FENCE_CHECK: "E3",
    Flaw.NO_DELIVER_CAS: "E3",
    Flaw.BLIND_RETRY: "E2",
    Flaw.AUTO_RETRY: "E1",
}
"""What another safeguard makes good for people; the structure shows that it is gone."""

FIRST_LINES = {
    Flaw.NO_CAS: "I5",
    Flaw.NO_CLAIM: "I5",
    Flaw.NO_FENCE: "I1",
    Flaw.NO_CONFIRM_CAS: "I2",
    Flaw.NO_RECOVERY: "I4",
    Flaw.NO_REVOKE: "I5",
    Flaw.DELIVER_FIRST: "I1",
    Flaw.NO_SWEEP: "I5",
    Flaw.SWEEP_EARLY: "I2",
}
"""The promise to people that each breaks first."""


def assert_kept(found: Found) -> None:
    assert found.promise is None, found.way
    assert found.stuck == 0


@pytest.mark.slow
def test_every_promise_holds_in_every_order_of_events():
    found = explore(structure=True)
    assert_kept(found)
    assert found.worlds >= 100_000


@pytest.mark.slow
def test_people_are_kept_their_promises_when_a_refusal_lies():
    assert_kept(explore(structure=False, start=World(lies=1)))


def test_every_safeguard_is_left_out_here():
    assert set(Flaw) == set(FIRST_LINES) | set(SECOND_LINES)


@pytest.mark.slow
@pytest.mark.parametrize("flaw", FIRST_LINES)
def test_without_a_safeguard_a_promise_to_people_is_broken(flaw):
    found = explore(flaw, structure=False)
    assert found.promise is not None
    assert found.promise.startswith(FIRST_LINES[flaw]), found.promise


@pytest.mark.parametrize("flaw", SECOND_LINES)
def test_without_a_second_line_the_structure_is_broken(flaw):
    found = explore(flaw, structure=True)
    assert found.promise is not None
    assert found.promise.startswith(SECOND_LINES[flaw]), found.promise


@pytest.mark.slow
def test_two_second_lines_hold_together_what_neither_must_hold_alone():
    assert_kept(explore(Flaw.NO_FENCE_CHECK, structure=False))
    found = explore(Flaw.NO_FENCE_CHECK, Flaw.NO_DELIVER_CAS, structure=False)
    assert found.promise is not None
    assert found.promise.startswith("I1")


def test_the_way_to_a_dead_delivered_key_is_told_step_by_step():
    way = explore(Flaw.NO_CONFIRM_CAS, structure=False).way
    *_, last = way
    assert last.state is State.DELIVERED
    assert last.recorded in last.shown - last.live
    assert any(one.at is At.SHOWN for world in way if world.state is State.REVOKING for one in world.replicas)
