"""What goes in comes out: to the microsecond, to the cent, in every zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dgbot.adapters.storage.columns import Instant, Json, Money, Span, instant_text
from dgbot.domain.plans import KeyPlan, OldKey
from dgbot.services.facts import plan_of

DIALECT = sa.create_engine("sqlite://").dialect
MOMENTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def through(kind, value):
    return kind.process_result_value(kind.process_bind_param(value, DIALECT), DIALECT)


@given(MOMENTS)
def test_a_moment_survives_in_utc(moment):
    kept = through(Instant(), moment)
    assert kept == moment
    assert kept.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_the_text_of_moments_sorts_like_time(one, other):
    assert len(instant_text(one)) == 32
    assert (instant_text(one) < instant_text(other)) == (one < other)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no zone"):
        instant_text(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_keeps_every_digit(amount):
    assert through(Money(), amount).as_tuple() == amount.as_tuple()


def test_money_is_not_a_float():
    assert str(through(Money(), Decimal("42.10"))) == "42.10"


@given(st.timedeltas())
def test_a_span_survives(span):
    assert through(Span(), span) == span


LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=9)


@given(st.dictionaries(st.text(max_size=9), LEAVES | st.lists(LEAVES, max_size=3), max_size=3))
def test_json_survives(value):
    assert through(Json(), value) == value


@pytest.mark.parametrize("kind", [Instant(), Money(), Span(), Json()], ids=lambda kind: type(kind).__name__)
def test_nothing_stays_nothing(kind):
    assert through(kind, None) is None


@given(st.timedeltas(timedelta(), timedelta(days=4000)), st.lists(st.text()).map(tuple))
def test_a_plan_survives_with_its_digest(lives, scopes):
    plan = KeyPlan("ci", "p1", "acme", scopes, lives)
    kept = msgspec.json.decode(msgspec.json.encode(plan), type=KeyPlan)
    assert kept == plan
    assert kept.digest == plan.digest


def test_a_rotation_from_before_owners_were_kept_still_says_which_key_ends():
    plan = KeyPlan("ci", "p1", "acme", ("usage:read",), timedelta(days=7), replaces="211e-a91f")
    stored = {name: value for name, value in msgspec.to_builtins(plan).items() if name != "old"}
    assert plan_of(stored) == plan
    assert plan.digest == "cc25f51df3beb426"
    assert plan.replaced == ("the key …a91f",)


def test_whose_key_ends_is_part_of_what_was_approved():
    plan = KeyPlan("ci", "p1", "acme", ("usage:read",), timedelta(days=7), replaces="211e-a91f")
    told = [replace(plan, old=old) for old in (OldKey("ci", "erin@acme.test"), OldKey("ci", "bob"), OldKey("x", "bob"))]
    assert len({one.digest for one in (plan, *told)}) == 4
    assert plan_of(msgspec.to_builtins(told[0])) == told[0]
