"""Who hears of an alert, and in which channels an incident lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.alerting.hearing import Hearer, hearers
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.reaching import addressed
from dgbot.domain.alerting.routes import Route
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.alerting.telling import Act, Place, Post, Told, Why
from tests.unit.domain.alerting.scenario import levels

WARNING, CRITICAL = Severity.WARNING, Severity.CRITICAL


def route(match: str, channel: str, *, goes_on: bool = False, **mentions: str) -> Route:
    matchers = tuple(matcher(one) for one in match.split())
    return Route(matchers, channel, {Severity(level): calls for level, calls in mentions.items()}, goes_on)


ROUTES = (
    route("team=calls", "CCALLS", goes_on=True),
    route("severity=critical project=~acme-.*", "COPS", critical="SONCALL"),
    route("kind=balance", "CMONEY"),
    route("", "COTHERS"),
)


def rule(**changes: Any) -> AlertRule:
    known: dict[str, Any] = {"channel_id": "", "routes": ROUTES, **changes}
    return AlertRule("r", "low", "balance", "*", ladder=levels(), schedule=Schedule(timedelta(minutes=15)),
                     origin="file", created_by="dgbot", **known)  # fmt: skip


def heard(one: AlertRule, severity: Severity | None = WARNING, project: str = "acme-prod", **own: str) -> list[str]:
    found = hearers(one, own, project=project, severity=severity)
    return [f"{hearer.channel_id} {hearer.mention}".strip() for hearer in found]


def test_the_first_route_that_fits_is_taken_and_the_next_one_only_if_that_goes_on():
    assert heard(rule()) == ["CMONEY"]
    assert heard(rule(), CRITICAL) == ["COPS SONCALL"]
    assert heard(rule(), CRITICAL, project="beta") == ["CMONEY"]
    assert heard(replace(rule(), check="key-expiry")) == ["COTHERS"]
    assert heard(rule(labels={"team": "calls"}), CRITICAL) == ["CCALLS", "COPS SONCALL"]
    assert heard(rule(), WARNING, team="calls") == ["CCALLS", "CMONEY"], (
        "labels of the thing count as those of its rule"
    )


def test_a_rule_with_a_channel_of_its_own_takes_no_route():
    mine = rule(channel_id="CMINE", mentions={CRITICAL: "here"})
    assert (heard(mine), heard(mine, CRITICAL)) == (["CMINE"], ["CMINE here"])


def test_whom_the_rule_calls_counts_more_than_whom_its_route_calls():
    assert heard(rule(mentions={CRITICAL: "UBOB"}), CRITICAL) == ["COPS UBOB"]


def test_nobody_hears_of_what_does_not_fire():
    assert heard(rule(), None) == []


@pytest.mark.parametrize(
    ("earlier", "later", "hides"),
    [
        (route("", "C1"), route("a=b", "C2"), True),
        (route("a=b", "C1"), route("a=b c=d", "C2"), True),
        (route("a=b", "C1", goes_on=True), route("a=b", "C2"), False),
        (route("a=b", "C1"), route("c=d", "C2"), False),
    ],
)
def test_a_route_hides_what_it_always_takes_before(earlier, later, hides):
    assert earlier.hides(later) is hides


# Where a post is said


ALERTS, OPS = Hearer("CALERTS", "here"), Hearer("COPS", "SONCALL")


class Story:
    """What is said where, as ``act channel mention``."""

    def __init__(self) -> None:
        self.told = Told(anchor="i1")

    def post(self, act: Act, why: Why, *hear: Hearer, rank: int = 1) -> list[str]:
        self.told, said = addressed(self.told, [Post(act, why, "i1", 1)], hear, rank=rank)
        return [f"{one.act} {one.channel_id} {one.mention}".strip() for one in said]


@pytest.fixture
def story():
    told = Story()
    assert told.post(Act.OPEN, Why.FIRED, ALERTS) == ["open CALERTS here"]
    return told


def test_what_gets_worse_is_told_in_the_second_channel_too_and_called_out_only_there(story):
    assert story.post(Act.EDIT, Why.WORSE, OPS, rank=2) == ["edit CALERTS"]
    assert story.post(Act.BROADCAST, Why.WORSE, OPS, rank=2) == ["broadcast CALERTS", "open COPS SONCALL"]


def test_that_it_still_fires_is_said_only_where_it_would_be_told_now_and_calls_nobody(story):
    story.post(Act.BROADCAST, Why.WORSE, OPS, rank=2)
    assert story.post(Act.BROADCAST, Why.REPEAT, OPS, rank=2) == ["broadcast COPS"]
    assert story.post(Act.BROADCAST, Why.ACK_OVER, OPS, rank=2) == ["broadcast COPS"]


def test_what_was_told_is_closed_wherever_it_was_told(story):
    story.post(Act.BROADCAST, Why.WORSE, OPS, rank=2)
    assert story.post(Act.REPLY, Why.EASED, ALERTS) == ["reply CALERTS", "reply COPS"]
    assert story.post(Act.EDIT, Why.RESOLVED, rank=0) == ["edit CALERTS", "edit COPS"]
    assert story.post(Act.BROADCAST, Why.RESOLVED, rank=0) == ["broadcast CALERTS", "broadcast COPS"]


def test_what_is_worse_again_after_it_was_better_calls_again(story):
    both = (ALERTS, OPS)
    assert story.post(Act.BROADCAST, Why.WORSE, *both, rank=2) == ["broadcast CALERTS here", "open COPS SONCALL"]
    story.post(Act.REPLY, Why.EASED, *both)
    assert story.post(Act.BROADCAST, Why.WORSE, *both, rank=2) == ["broadcast CALERTS here", "broadcast COPS SONCALL"]


def test_what_got_worse_in_a_silence_calls_at_its_end_and_what_did_not_calls_nobody(story):
    assert story.post(Act.BROADCAST, Why.HUSH_OVER, ALERTS) == ["broadcast CALERTS"]
    assert story.post(Act.BROADCAST, Why.HUSH_OVER, ALERTS, rank=2) == ["broadcast CALERTS here"]


def test_what_is_opened_again_as_bad_as_it_was_calls_nobody(story):
    story.post(Act.EDIT, Why.RESOLVED, rank=0)
    assert story.post(Act.BROADCAST, Why.REOPENED, ALERTS) == ["broadcast CALERTS"]
    assert story.post(Act.BROADCAST, Why.HUSH_OVER, ALERTS) == ["broadcast CALERTS"]


def test_what_is_opened_again_worse_than_it_was_calls(story):
    story.post(Act.EDIT, Why.RESOLVED, rank=0)
    assert story.post(Act.BROADCAST, Why.REOPENED, ALERTS, rank=2) == ["broadcast CALERTS here"]
    assert story.post(Act.BROADCAST, Why.HUSH_OVER, ALERTS, rank=2) == ["broadcast CALERTS"]


def test_a_new_message_begins_with_new_places(story):
    story.post(Act.BROADCAST, Why.WORSE, OPS, rank=2)
    assert story.post(Act.OPEN, Why.FIRED, OPS, rank=2) == ["open COPS SONCALL"]
    assert story.told.places == (Place("COPS", 2),)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([act for act in Act if act is not Act.ESCALATE]),
            st.sampled_from(list(Why)),
            st.lists(st.sampled_from([ALERTS, OPS, Hearer("CMORE")]), unique=True),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_nothing_is_edited_where_it_was_never_opened_and_everything_open_is_edited(posts):
    story, opened = Story(), set[str]()
    story.told = Told(anchor="i1")
    for act, why, hear, rank in posts:
        said = [one.split() for one in story.post(act, why, *hear, rank=rank)]
        if act is Act.OPEN:
            opened = set()
        opened |= {channel for how, channel, *_ in said if how == "open"}
        assert {channel for how, channel, *_ in said if how in {"edit", "reply", "broadcast"}} <= opened
        if act is Act.EDIT:
            assert {channel for _, channel, *_ in said} == opened
        called = [one for one in said if len(one) == 3]
        assert not called or act in {Act.OPEN, Act.BROADCAST}
