"""What is asked for is what stands in the query, in Deepgram's form, and nothing else does."""

import time
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.deepgram import (
    BillingBreakdownOptions,
    UsageBreakdownOptions,
    UsageFieldsOptions,
    UsageRequestOptions,
    UsageSummaryOptions,
)
from dgbot.deepgram.operation import Operation
from tests.unit.deepgram.asking import FILTERS, moments, questions, spans, thorough, wire_form
from tests.unit.deepgram.described import operations

CALLS = [
    ("get_usage_summary", UsageSummaryOptions, "day"),
    ("get_usage_breakdown", UsageBreakdownOptions, "day"),
    ("get_billing_breakdown", BillingBreakdownOptions, "day"),
    ("get_usage_fields", UsageFieldsOptions, "day"),
    ("get_usage_requests", UsageRequestOptions, "instant"),
    ("get_usage", UsageRequestOptions, "instant"),
    ("iter_usage_requests", UsageRequestOptions, "instant"),
]
ALWAYS = {"iter_usage_requests": {"limit": ["100"], "page": ["0"]}}


def first(call) -> Operation[Any]:
    """The one operation of *call*, or its first."""
    return call if isinstance(call, Operation) else next(call)


def sent(operation) -> dict[str, list[str]]:
    """The query of *operation* as a server reads it."""
    assert operation.body is None
    query = urlsplit(str(httpx.URL("http://127.0.0.1/", params=operation.query))).query
    read: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        read.setdefault(name, []).append(value)
    return read


def test_the_generator_knows_every_option():
    assert {kind for _, kind, _ in CALLS} == set(FILTERS)
    for kind, filters in FILTERS.items():
        assert {"start", "end", *filters} == {field.name for field in fields(kind)}


@pytest.mark.parametrize(("name", "kind", "form"), CALLS, ids=[name for name, _, _ in CALLS])
@thorough
@given(data=st.data())
def test_a_query_says_what_was_asked_in_each_of_three_ways(name, kind, form, data):
    filters, span = data.draw(questions(kind))
    asked = filters | {edge: moment.value for edge, moment in span.items()}
    expected = ALWAYS.get(name, {}) | {field: wire_form(value) for field, value in filters.items() if wire_form(value)}
    expected |= {edge: [getattr(moment, form)] for edge, moment in span.items()}
    build = getattr(operations, name)
    for call in (build("p", kind(**asked)), build("p", asked), build("p", **asked), build("p", options=asked)):
        assert sent(first(call)) == expected


@thorough
@given(spans(), st.fixed_dictionaries({"tag": st.just("x"), "diarize": st.booleans()}))
def test_a_breakdown_takes_the_options_of_a_summary(span, filters):
    asked = UsageSummaryOptions(**filters, **{edge: moment.value for edge, moment in span.items()})
    assert operations.get_usage_breakdown("p", asked).query == operations.get_usage_summary("p", asked).query


@thorough
@given(spans())
def test_billing_fields_are_asked_by_days(span):
    call = operations.get_billing_fields("p", **{edge: moment.value for edge, moment in span.items()})
    assert sent(call) == {edge: [moment.day] for edge, moment in span.items()}


@thorough
@given(moments(), st.sampled_from(["start", "end"]))
def test_both_endpoints_of_a_span_may_fall_on_one_day(moment, edge):
    assert sent(operations.get_usage_summary("p", start=moment.value, end=moment.value)) == {
        "start": [moment.day],
        "end": [moment.day],
    }
    assert sent(operations.get_usage_requests("p", {edge: moment.value})) == {edge: [moment.instant]}


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine five hours west of Greenwich."""
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("moment", [datetime(2026, 1, 2, 23, 30), "2026-01-02T23:30:00"], ids=repr)  # noqa: DTZ001
def test_a_time_without_a_zone_is_utc_wherever_the_machine_stands(moment):
    assert sent(operations.get_usage_summary("p", start=moment)) == {"start": ["2026-01-02"]}
    assert sent(operations.get_usage_requests("p", start=moment)) == {"start": ["2026-01-02T23:30:00Z"]}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (operations.get_keys("p"), {}),
        (operations.get_keys("p", status="active"), {"status": ["active"]}),
        (operations.get_purchases("p"), {}),
        (operations.get_purchases("p", limit=1000), {"limit": ["1000"]}),
        (operations.get_models("p"), {}),
        (operations.get_models("p", include_outdated=True), {"include_outdated": ["true"]}),
        (operations.get_global_models(include_outdated=False), {"include_outdated": ["false"]}),
        (operations.get_usage_requests("p", page=0), {"page": ["0"]}),
        (
            operations.get_billing_breakdown("p", grouping=("line_item", "tags")),
            {"grouping": ["line_item", "tags"]},
        ),
    ],
)
def test_what_is_given_by_keyword_alone(call, expected):
    assert sent(call) == expected
