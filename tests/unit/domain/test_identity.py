"""What the settings do not name is refused."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.identity import ANYONE, Policy, Principal, Role

POLICY = Policy(
    {
        "admins": Role(users=frozenset({"U1"}), may=frozenset({"keys.revoke"})),
        "approvers": Role(groups=frozenset({"S1"}), may=frozenset({"usage.read"})),
        "auditors": Role(may=frozenset({"usage.read"})),
    }
)


def test_a_role_is_held_by_id_or_by_group_and_by_nothing_else():
    assert POLICY.principal("U1").roles == {"admins"}
    assert POLICY.principal("U2", frozenset({"S1", "S9"})).roles == {"approvers"}
    assert POLICY.principal("U1", frozenset({"S1"})).roles == {"admins", "approvers"}
    assert POLICY.principal("admins").roles == frozenset()
    assert POLICY.principal("S1").roles == frozenset()


def test_a_permission_is_for_the_roles_that_hold_it():
    assert POLICY.allows(POLICY.principal("U1"), "keys.revoke")
    assert not POLICY.allows(POLICY.principal("U1"), "usage.read")
    assert POLICY.holders("usage.read") == {"approvers", "auditors"}


def test_a_permission_that_nobody_holds_is_refused_to_everybody():
    assert not POLICY.allows(Principal("U1", frozenset(POLICY.roles)), "members.write")


def test_what_is_open_to_anyone_needs_no_role():
    assert POLICY.allows(Principal("U9"), ANYONE)


def test_a_role_that_the_settings_do_not_know_gives_nothing():
    assert not POLICY.allows(Principal("U1", frozenset({"root"})), "keys.revoke")


def test_the_groups_to_look_up_are_those_that_roles_name():
    assert POLICY.groups == {"S1"}
    assert Policy().groups == frozenset()


@given(st.text(), st.frozensets(st.text()), st.text())
def test_an_empty_policy_allows_nothing(user, roles, permission):
    assert Policy().allows(Principal(user, roles), permission) is (permission == ANYONE)
