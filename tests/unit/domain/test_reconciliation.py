"""What deserves a look, and what never does: only what is surely so is found."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.reconciliation import (
    SETTLES,
    Concern,
    Finding,
    Grant,
    LivingKey,
    Mark,
    Standing,
    mark_in,
    reconcile,
    worth_a_look,
)

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
DAY = timedelta(days=1)
OLD_AFTER = 180 * DAY
KEY = LivingKey(
    "k1", "ci", ("usage:read",), "alice", NOW - 7 * DAY, NOW + 7 * DAY, standing=Standing.HERE, mark=Mark.NONE
)
GRANT = Grant("g1", "nightly", "alice", NOW - DAY, NOW + 6 * DAY)


def concerns(*keys, grants=(), absent=(), now=NOW):
    return [one.concern for one in reconcile(keys, grants, now, old_after=OLD_AFTER, absent=absent).findings]


def key(**changes):
    return dataclasses.replace(KEY, **changes)


def test_an_ordinary_key_is_no_concern():
    assert concerns(KEY) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"mark": Mark.ENDED}, Concern.ORPHAN),
        ({"mark": Mark.REVOKED}, Concern.ORPHAN),
        ({"mark": Mark.UNKNOWN}, Concern.ORPHAN),
        ({"mark": Mark.FORGED}, Concern.ORPHAN),
        ({"standing": Standing.LEFT}, Concern.LEFT),
        ({"scopes": ("usage:read", "keys:write")}, Concern.POWERFUL),
        ({"scopes": ("owner",)}, Concern.POWERFUL),
        ({"scopes": ("members:write:invites",)}, Concern.POWERFUL),
        ({"ends_at": None}, Concern.ENDLESS),
        ({"created_at": NOW - OLD_AFTER}, Concern.OLD),
    ],
)
def test_each_concern_is_found_alone_and_never_on_a_key_that_was_just_made(changes, found):
    assert concerns(key(**changes)) == [found]
    if found is not Concern.OLD:
        assert concerns(key(**changes, created_at=NOW - SETTLES + timedelta(seconds=1))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"mark": Mark.OPEN},
        {"mark": Mark.GRANTED},
        {"standing": Standing.UNKNOWN},
        {"scopes": ("member", "usage:write", "keys:read", "project:write")},
        {"scopes": ("keys:write",), "approved": ("keys:write",)},
        {"scopes": ("owner",), "own": True, "ends_at": None},
        {"ends_at": None, "end_told": False},
        {"created_at": None},
    ],
)
def test_what_is_in_order_or_not_known_accuses_nobody(changes):
    assert concerns(key(**changes)) == []


def test_what_is_not_known_is_said_to_be_unsure():
    review = reconcile(
        [key(standing=Standing.UNKNOWN, ends_at=None, end_told=False)], [GRANT], NOW, old_after=OLD_AFTER
    )
    assert review.unsure == {(Concern.LEFT, "k1"), (Concern.ENDLESS, "k1"), (Concern.GONE, "g1")}


def test_a_granted_key_is_gone_only_if_deepgram_says_so_by_itself():
    assert concerns(grants=[GRANT], absent={"g1"}) == [Concern.GONE]
    assert concerns(grants=[GRANT]) == []
    assert concerns(key(id="g1", mark=Mark.GRANTED), grants=[GRANT], absent={"g1"}) == []


def test_a_granted_key_that_ended_by_itself_or_was_just_handed_out_is_not_missed():
    assert concerns(grants=[GRANT], absent={"g1"}, now=GRANT.ends_at - SETTLES) == []
    fresh = dataclasses.replace(GRANT, touched_at=NOW - SETTLES + timedelta(seconds=1))
    assert concerns(grants=[fresh], absent={"g1"}) == []


def test_the_gravest_come_first():
    worst = key(id="z", name="z", mark=Mark.FORGED)
    assert [one.key_id for one in reconcile([key(ends_at=None), worst], [], NOW, old_after=OLD_AFTER).findings] == [
        "z",
        "k1",
    ]


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        (None, None), ("ci", None), ("[dgbot] ci", None), ("ci [dgbot:r1:1:abc", None), ("ci [dgbot:r1:1:abc] x", None),
        ("ci [dgbot:r1:2:ab12]", "r1"), ("ci [dgbot:r1:2:ab12]  ", "r1"), ("[dgbot:a:1:a] [dgbot:r-2:1:b]", "r-2"),
        ("ci [dgbot:]", ""), ("ci [dgbot:r1:x:ab]", ""), ("ci [dgbot:r1:1:XYZ]", ""), ("ci [dgbot:a:b:1:ab]", ""),
    ],
)  # fmt: skip
def test_a_mark_names_a_request_or_nothing(comment, named):
    assert mark_in(comment) == named


@given(st.text(max_size=80))
def test_any_comment_can_be_read(comment):
    assert mark_in(comment) is None or comment.rstrip().endswith("]")


def told(*concerns):
    return worth_a_look(Finding(concern, f"k{n}", "ci", "alice", "x") for n, concern in enumerate(concerns))


def test_what_deserves_a_look_is_one_sentence():
    assert told() == "Nothing deserves a look."
    assert told(Concern.LEFT) == "1 key belongs to somebody who left."
    assert told(Concern.ENDLESS, Concern.LEFT, Concern.ENDLESS, Concern.ENDLESS) == (
        "1 key belongs to somebody who left, 3 never expire."
    )
    assert told(Concern.ENDLESS, Concern.ENDLESS, Concern.OLD) == "2 keys never expire, 1 is old."


moments = st.integers(-800, 400).map(lambda days: NOW + days * DAY)
some_keys = st.builds(
    LivingKey,
    id=st.sampled_from([f"k{n}" for n in range(9)]),
    name=st.text(max_size=9),
    scopes=st.sets(st.sampled_from(["usage:read", "owner", "keys:write"])).map(tuple),
    owner=st.just("alice"),
    created_at=st.none() | moments,
    ends_at=st.none() | moments,
    end_told=st.booleans(),
    standing=st.sampled_from(Standing),
    mark=st.sampled_from(Mark),
    own=st.booleans(),
)
some_grants = st.builds(
    Grant, st.sampled_from([f"k{n}" for n in range(9)]), st.text(max_size=9), st.just("bob"), moments, moments
)


@given(
    st.lists(some_keys, unique_by=lambda key: key.id),
    st.lists(some_grants, unique_by=lambda grant: grant.key_id),
    moments,
)
def test_nothing_is_found_that_is_unsure_or_still_settles(keys, grants, now):
    absent = {f"k{n}" for n in range(0, 9, 2)}
    review = reconcile(keys, grants, now, old_after=OLD_AFTER, absent=absent)
    found = {(one.concern, one.key_id) for one in review.findings}
    assert len(found) == len(review.findings)
    assert not found & review.unsure
    young = {key.id for key in keys if key.created_at is not None and now - key.created_at < SETTLES}
    listed = {key.id for key in keys}
    for one in review.findings:
        assert one.key_id not in young
        assert (one.concern is Concern.GONE) is (one.key_id not in listed)
        assert one.concern is not Concern.GONE or one.key_id in absent
