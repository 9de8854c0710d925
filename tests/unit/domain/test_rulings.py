"""A key of several scopes is as hard to get as the hardest of them: a harmless one lends it nothing."""

from __future__ import annotations

import dataclasses
import itertools
import re
from datetime import timedelta
from typing import Any

import pytest

from dgbot.domain.approval_policy import ApprovalPolicy, ApprovalRule
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.rulings import Asked, Quota, Ruling
from dgbot.domain.votes import Terms

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUOTA = Quota(3, 7 * DAY)
USUAL = Ruling(Terms(("leads",)), "C1", max_ttl=90 * DAY)
LISTED, BESIDE = "usage:read", "keys:write"


def asks(*scopes: str, lives: timedelta = DAY, roles: str = "", reason: str = "") -> Asked:
    plan = KeyPlan("ci", "p1", "acme-prod", scopes, lives)
    return Asked("create-key", plan, Principal("U1", frozenset(roles.split())), "C9", reason)


def policy(listed: Ruling, beside: Ruling = USUAL) -> ApprovalPolicy:
    return ApprovalPolicy(USUAL, (ApprovalRule(listed, scopes=(LISTED,)), ApprovalRule(beside, scopes=(BESIDE,))))


def both(listed: Ruling, beside: Ruling = USUAL) -> Ruling:
    """Return what holds for a key of both scopes; it is the same however they are ordered."""
    told, turned = (policy(listed, beside).ruling(asks(*scopes)) for scopes in ((LISTED, BESIDE), (BESIDE, LISTED)))
    assert told == turned, "whoever asks chooses the order of the scopes"
    return told


def with_(**changes: Any) -> Ruling:
    return dataclasses.replace(USUAL, **changes)


def on(**terms: Any) -> Ruling:
    return with_(terms=dataclasses.replace(USUAL.terms, **terms))


def test_a_rule_holds_for_a_key_of_the_scopes_that_it_lists():
    assert policy(with_(quota=QUOTA)).ruling(asks(LISTED)) == with_(quota=QUOTA)
    assert policy(with_(quota=QUOTA)).ruling(asks(LISTED, LISTED)).quota == QUOTA


@pytest.mark.parametrize(
    ("listed", "beside", "strictest"),
    [
        (on(yes=1), on(yes=3), on(yes=3)),
        (on(no=4), on(no=2), on(no=2)),
        (on(reveal_within=9 * DAY), on(reveal_within=HOUR), on(reveal_within=HOUR)),
        (with_(request_lasts=9 * DAY), with_(request_lasts=HOUR), with_(request_lasts=HOUR)),
        (with_(max_ttl=366 * DAY), with_(max_ttl=7 * DAY), with_(max_ttl=7 * DAY)),
        (with_(max_ttl=None), with_(max_ttl=7 * DAY), with_(max_ttl=7 * DAY)),
        (with_(max_ttl=None), with_(max_ttl=None), with_(max_ttl=None)),
        (with_(reason="optional"), with_(reason="required"), with_(reason="required")),
        (with_(quota=QUOTA), with_(quota=None), with_(quota=None)),
        (with_(quota=QUOTA), with_(quota=Quota(9, 7 * DAY)), with_(quota=None)),
        (with_(quota=QUOTA), with_(quota=QUOTA), with_(quota=QUOTA)),
        (with_(channel_id="C1"), with_(channel_id="C2"), with_(channel_id="C1")),
    ],
)
def test_of_two_rulings_the_narrower_limit_holds(listed, beside, strictest):
    assert both(listed, beside) == strictest
    if listed.channel_id == beside.channel_id:
        assert both(beside, listed) == strictest


def test_whoever_asks_has_to_be_let_by_each_of_the_rulings():
    devs, admins = (dataclasses.replace(USUAL.terms, askers=(roles,)) for roles in (("devs", "ops"), ("admins",)))
    ruling = both(with_(terms=devs), with_(terms=admins))
    assert ruling.objection(asks(LISTED, BESIDE, roles="devs")) == "Only members of admins may ask for this."
    assert ruling.objection(asks(LISTED, BESIDE, roles="admins")) == "Only members of devs or ops may ask for this."
    assert ruling.objection(asks(LISTED, BESIDE, roles="admins ops")) == ""


def test_every_pattern_has_to_be_found_in_the_reason():
    ruling = both(with_(patterns=(re.compile("OPS-[0-9]+"),)), with_(patterns=(re.compile("SEC-[0-9]+"),)))
    assert "has to match SEC-" in ruling.objection(asks(LISTED, BESIDE, reason="OPS-1"))
    assert "has to match OPS-" in ruling.objection(asks(LISTED, BESIDE, reason="SEC-1"))
    assert ruling.objection(asks(LISTED, BESIDE, reason="OPS-1 SEC-1")) == ""


def test_where_different_people_decide_on_the_scopes_a_key_each_has_to_be_asked_for():
    ruling = policy(on(approvers=("peers", "leads")), on(approvers=("admins",))).ruling(asks("listen", BESIDE, LISTED))
    assert ruling.objection(asks("listen", BESIDE, LISTED)) == (
        "scopes: different people decide on them (leads or peers on usage:read; admins on keys:write; "
        "leads on listen). Ask for a key each."
    )
    assert ruling.terms.approvers == (), "and nobody could decide on what is asked all the same"


def test_the_same_people_in_another_order_are_the_same_people():
    ruling = both(on(approvers=("peers", "leads")), on(approvers=("leads", "peers"), yes=2))
    assert ruling.objection(asks(LISTED, BESIDE)) == ""
    assert (ruling.terms.approvers, ruling.terms.yes) == (("peers", "leads"), 2)


def test_a_scope_that_no_rule_lists_is_decided_as_usual():
    told = policy(with_(quota=QUOTA, max_ttl=366 * DAY)).ruling(asks(LISTED, "listen"))
    assert told == USUAL


@pytest.mark.parametrize("scopes", list(itertools.permutations([LISTED, BESIDE, "listen"])))
def test_many_scopes_are_as_hard_to_get_as_the_hardest(scopes):
    assert policy(with_(quota=QUOTA), on(yes=3)).ruling(asks(*scopes)) == on(yes=3)


def test_a_key_without_scopes_fits_no_rule_about_scopes():
    assert ApprovalPolicy(USUAL, (ApprovalRule(on(yes=9), scopes=("*",)),)).ruling(asks()) == USUAL
    assert ApprovalPolicy(USUAL, (ApprovalRule(on(yes=9)),)).ruling(asks()) == on(yes=9)
