"""Checks are anybody's code: whatever they return is a sample, or told to the operators."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest

from dgbot import Chart, Check, RuleSpec, Sample, Series
from dgbot.domain.alerting.outcomes import Cause, Fail
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring, Watched
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rules import RuleBook
from dgbot.services.alerting.samples import LONGEST_LINE, MOST, BadSample, samples, sound
from dgbot.services.alerting.troubles import Troubles
from tests.office import ALERTS, OPS
from tests.unit.services.test_monitor import alerts, declared

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = Sample(Decimal(42), "usd")
CHART = Chart("Spent", "bar", ("Mon",), (Series("spent", (1.0,)),))


def odd(**changes: Any) -> Any:
    return replace(GOOD, **changes)


@pytest.mark.parametrize(
    ("value", "amount"), [(42, "42"), (42.5, "42.5"), (0.1, "0.1"), (Decimal("1e-999999"), "0"), (-3, "-3")]
)
def test_numbers_are_amounts(value, amount):
    assert sound(odd(value=value)).value == Decimal(amount)


@pytest.mark.parametrize("value", [float("nan"), Decimal("inf")])
def test_what_can_not_be_compared_is_left_to_the_evaluation(value):
    assert not sound(odd(value=value)).value.is_finite()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": None}, "The value of a sample is nothing; it takes a number."),
        ({"value": "42"}, "The value of a sample is a value of the type str"),
        ({"value": True}, "The value of a sample is a value of the type bool"),
        ({"value": 10**5000}, "more than 15 digits"),
        ({"value": Decimal("-1E+999999")}, "more than 15 digits"),
        ({"value": 1e300}, "more than 15 digits"),
        ({"at": NOON.replace(tzinfo=None)}, "The time of a sample needs a zone"),
        ({"at": "now"}, "The time of a sample needs a zone"),
        ({"labels": {"key": 1}}, "The label of a sample is a value of the type int"),
        ({"labels": {f"label{number}": "x" for number in range(21)}}, "A sample has 21 labels; it takes 20."),
        ({"labels": ["key"]}, "The labels of a sample are a value of the type list"),
        ({"unit": None}, "The unit of a sample is nothing"),
        ({"detail": (1, 2)}, "The detail of a sample is a value of the type int"),
        ({"detail": 7}, "The detail of a sample is a value of the type int"),
    ],
)
def test_what_is_none_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(BadSample) as refused:
        sound(odd(**changes))
    assert sentence in str(refused.value)


def test_texts_have_an_end_and_can_be_kept():
    one = sound(odd(detail=["x" * 5_000, CHART], labels={"key\ud800": "y" * 5_000}))
    assert [len(line) for line in one.detail if isinstance(line, str)] == [LONGEST_LINE]
    assert one.detail[1] is CHART
    assert "".join([*one.labels, *one.labels.values()]).encode()


def test_no_digit_is_kept_that_nobody_measures():
    assert str(sound(odd(value=Decimal("1." + "3" * 1_000_000))).value) == "1.333333333333333"
    assert str(sound(odd(value=Decimal("999999999999999." + "9" * 40))).value) == "1000000000000000.000000000000000"
    assert str(sound(odd(value=Decimal("NaN" + "7" * 1_000))).value) == "NaN"
    assert str(sound(odd(value=Decimal("42.10"))).value) == "42.10"


def test_a_unit_stays_in_its_line():
    assert sound(odd(unit="a b\n🟢 all fine")).unit == "a b 🟢 all fine"


def test_a_forgotten_comma_is_one_line():
    assert sound(odd(detail="Soon empty.")).detail == ("Soon empty.",)


@pytest.mark.parametrize("found", [None, 42, "text", {"a": GOOD}, [GOOD, 42], repeat(GOOD)])
def test_what_a_check_returns_is_samples_and_not_for_ever(found):
    with pytest.raises(BadSample):
        samples(found)
    assert len(samples([GOOD] * MOST)[0]) == MOST


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"detail": (1, 2)},
        {"labels": {"key": 1}},
        {"value": Decimal("NaN")},
        {"value": float("inf")},
        {"at": datetime(9999, 1, 1, tzinfo=UTC)},
    ],
)
async def test_the_operators_hear_of_a_check_that_returns_none_and_others_go_on(office, changes):
    async def bad(ctx, params):
        return odd(**changes)

    async def good(ctx, params):
        return Sample(20, "usd", detail="A line.")  # type: ignore[arg-type]

    checks = {"bad": Check("bad", "something", bad), "good": Check("good", "something", good)}
    store, wake = office.store, office.parts.outbox.wake
    measuring = Measuring(checks, office.parts._sample_context)
    troubles = Troubles(store, OPS)
    monitor = Monitor(store, measuring, Hushes(store, checks), troubles, office.clock, wake_outbox=wake)
    book = RuleBook(store, office.clock, checks, wake_outbox=wake)
    specs = [RuleSpec(name, name, Decimal(50), ALERTS, origin="settings") for name in checks]
    await book.adopt(await office.parts.projects.project(), declared(office, *specs))
    for _ in range(3):
        await monitor.run_due()
        await office.settle()
        office.clock.advance(timedelta(minutes=15))
    assert [text.partition("\n")[0] for text in alerts(office)] == ["🟡 acme-prod: $20, below $50"]
    assert "a check is broken" in str(office.slack.channel_texts("ops"))
    assert not monitor.sees()


async def test_the_worse_of_two_samples_with_the_same_labels_is_not_lost_unheard(office):
    async def twins(ctx, params):
        return [Sample(Decimal(5), "usd", {"key": "a"}), Sample(Decimal(80), "usd", {"key": "a"})]

    measuring = Measuring({"odd": Check("odd", "something", twins)}, office.parts._sample_context)
    readings = await measuring.read(Watched("p1", "odd", ()), NOON)
    assert readings.failed == Fail(
        Cause.BUG, "The check odd is broken. Two of its samples have the same labels, which are to tell them apart."
    )
