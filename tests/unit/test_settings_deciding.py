"""Settings that want more yes than there are people are refused; those that want all of them are doubted."""

from __future__ import annotations

from typing import Any

import pytest

from dgbot.settings import Settings, SettingsError
from dgbot.testing import company

ACCESS: dict[str, Any] = {
    "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"},
    "deepgram": {"api_key": "none", "project": "none"},
}


def given(users: list[str], *, boss: str = "UBOSS0001", groups: tuple[str, ...] = (), **approvals: Any) -> Settings:
    roles = {"key-approvers": {"users": users, "groups": groups}, "boss": {"users": [boss]}}
    return company.settings(company.tables({"roles": roles, "approvals": approvals}, may=["keys.request"], **ACCESS))


def refused(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        given(*args, **kwargs)
    [problem] = caught.value.problems
    return problem


ONE, TWO, THREE = (["UALICE001", "UBOB00001", "UCAROL001"][:many] for many in (1, 2, 3))


def test_more_yes_than_people_are_refused_with_what_would_fit():
    assert refused(TWO, yes=3) == (
        "approvals.yes wants 3 yes, and [roles.key-approvers] has 2 people; "
        "name more users or a group there, or want at most 2."
    )


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"approvers": "boss", "yes": 2}, "rule 2 of approvals.rules wants 2 yes, and [roles.boss] has 1 person;"),
        ({"yes": 4}, "rule 2 of approvals.rules wants 4 yes, and [roles.key-approvers] has 3 people;"),
        ({"approvers": "boss", "scopes": ["keys:*"]}, "rule 2 of approvals.rules wants 2 yes, and [roles.boss]"),
        ({"approvers": ["boss", "key-approvers"], "yes": 5}, "[roles.boss] or [roles.key-approvers] has 4 people;"),
    ],
)
def test_a_rule_that_can_never_be_met_is_named_by_its_place(rule, told):
    assert told in refused(THREE, yes=2, rules=[{"commands": ["invite"], "yes": 1}, rule])


def test_somebody_in_two_roles_is_one_person():
    rule = {"approvers": ["boss", "key-approvers"], "yes": 3}
    assert "has 2 people" in refused(TWO, boss="UALICE001", rules=[rule])


def test_people_whom_only_slack_can_count_are_taken():
    assert given(ONE, groups=("SKEYAPPR1",), yes=5).doubts == ()
    assert given(ONE, groups=("SKEYAPPR1",), rules=[{"approvers": ["boss", "key-approvers"], "yes": 9}]).doubts == ()


def test_where_all_of_them_have_to_agree_their_own_requests_are_doubted():
    [doubt] = given(TWO, yes=2).doubts
    assert doubt == (
        "approvals.yes wants 2 yes, and [roles.key-approvers] has 2 people: "
        "what one of them asks for can't be approved, as nobody decides on their own request."
    )
    assert given(THREE, yes=2).doubts == ()


def test_powerful_keys_that_nobody_can_approve_are_doubted_and_refused_where_they_are_wanted():
    own, powerful = given(ONE).doubts
    assert own.startswith("approvals.yes wants 1 yes")
    assert powerful.endswith("has 1 person: keys with powerful scopes can't be approved.")
    assert refused(ONE, powerful_yes=2).startswith("approvals.powerful_yes wants 2 yes")
    assert len(given(ONE, powerful_yes=1).doubts) == 1
