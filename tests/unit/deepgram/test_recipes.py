"""Answers that take two calls: which, in which order, and what becomes of them."""

import json
from typing import Any

import pytest

from dgbot.deepgram import DeepgramOptionsError, UsageRequestOptions, UsageSummaryOptions
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import FIELDS, PAGE, SPAN, SUMMARY

DAYS: dict[str, Any] = {"start": "2024-10-16", "end": "2024-10-23"}


async def test_usage_is_a_page_of_requests_within_the_frame_of_the_summary(call, loopback):
    loopback.answers(PAGE).answers(SUMMARY)
    usage = await call(loopback.url, "get_usage", "p", **DAYS, limit=10, status="succeeded", accessor="k1")
    requests, summary = loopback.seen
    assert (requests.method, requests.path) == ("GET", "/v1/projects/p/requests")
    assert dict(requests.query) == {
        "start": "2024-10-16T00:00:00Z", "end": "2024-10-23T00:00:00Z", "limit": "10", "status": "succeeded",
        "accessor": "k1",
    }  # fmt: skip
    assert (summary.method, summary.target) == ("GET", "/v1/projects/p/usage?start=2024-10-16&end=2024-10-23")
    assert (usage.start, usage.end) == ("2024-10-16", "2024-10-23")
    assert (usage.resolution.units, usage.resolution.amount) == ("day", 1)
    assert [request.request_id for request in usage.results] == ["r1", "r1"]


async def test_usage_without_days_asks_for_none(call, loopback):
    loopback.answers({"requests": None}).answers({})
    usage = await call(loopback.url, "get_usage", "p")
    assert [seen.target for seen in loopback.seen] == ["/v1/projects/p/requests", "/v1/projects/p/usage"]
    assert (usage.results, usage.start, usage.resolution.amount) == ([], "", 0)


async def test_usage_fields_carry_the_totals_of_the_same_days(call, loopback):
    loopback.answers(FIELDS).answers({**SUMMARY, "results": [SPAN, SPAN, {"requests": 2, "hours": 0.5}]})
    fields = await call(loopback.url, "get_usage_fields", "p", **DAYS)
    assert [seen.target for seen in loopback.seen] == [
        "/v1/projects/p/usage/fields?start=2024-10-16&end=2024-10-23",
        "/v1/projects/p/usage?start=2024-10-16&end=2024-10-23",
    ]
    assert fields.stt.requests == 2 * 425109 + 2
    assert fields.stt.hours == pytest.approx(2 * 1097.4274322222223 + 0.5)
    assert fields.stt.tokens.tokens == 2 * (24770 + 7521)
    assert (fields.tts.requests, fields.tts.characters, fields.tts.tokens.tokens) == (2 * 23126, 2 * 9004185, 0)
    assert (fields.tags, fields.features, fields.languages) == (["tag=dev"], ["alternatives"], ["en"])
    assert fields.models[0].uuid == "model-1"


async def test_usage_fields_without_usage_are_zero(call, loopback):
    loopback.answers({})
    fields = await call(loopback.url, "get_usage_fields", "p")
    assert [seen.target for seen in loopback.seen] == ["/v1/projects/p/usage/fields", "/v1/projects/p/usage"]
    assert (fields.stt.requests, fields.stt.hours, fields.stt.tokens.tokens) == (0, 0.0, 0)
    assert (fields.tts.requests, fields.tts.characters) == (0, 0)


@pytest.mark.parametrize(
    "options",
    [
        UsageRequestOptions(**DAYS, limit=5, status="failed", page=2),
        UsageSummaryOptions(**DAYS, diarize=True, tag="dev"),
    ],
    ids=lambda options: type(options).__name__,
)
async def test_of_options_of_another_kind_the_days_alone_are_sent(call, loopback, options):
    loopback.answers({})
    await call(loopback.url, "get_usage_fields", "p", options)
    assert [seen.target for seen in loopback.seen] == [
        "/v1/projects/p/usage/fields?start=2024-10-16&end=2024-10-23",
        "/v1/projects/p/usage?start=2024-10-16&end=2024-10-23",
    ]


async def test_the_second_call_is_not_made_when_the_first_fails(call, loopback):
    loopback.answers(json.dumps("No."), 404)
    for name in ("get_usage", "get_usage_fields"):
        with pytest.raises(Exception, match="Deepgram answered 404"):
            await call(loopback.url, name, "p")
    assert len(loopback.seen) == 2


@pytest.mark.parametrize("name", ["get_usage", "get_usage_fields"])
def test_what_does_not_fit_is_refused_before_the_first_call(name):
    for arguments in (("..",), ("p", {"start": "soon"}), ("p", {"strat": "2024-10-16"}), ("p", 5)):
        with pytest.raises(DeepgramOptionsError):
            getattr(operations, name)(*arguments)
