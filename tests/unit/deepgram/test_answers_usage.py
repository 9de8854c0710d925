"""Usage, summed up, split and request by request, in each documented shape."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dgbot.deepgram import Callback, DeepgramAnswerError, UsageModel
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import BODIES, FIELDS, PAGE, REQUEST, SPAN, SUMMARY, USED, USED_BY, read


def test_a_usage_summary():
    summary = read(operations.get_usage_summary("p"), SUMMARY)
    (span,) = summary.results
    assert (summary.resolution.units, summary.resolution.amount) == ("day", 1)
    assert (summary.start, summary.end_date) == ("2024-10-16", date(2024, 10, 23))
    assert (span.hours, span.total_hours, span.requests) == (1097.4274322222223, 1099.3888366666667, 425109)
    assert (span.tokens_in, span.tokens_out, span.tokens) == (24770, 7521, 32291)
    assert (span.tts_characters, span.tts_requests) == (9004185, 23126)
    assert (span.start_date, span.end_date) == (date(2024, 10, 16), date(2024, 10, 17))


def test_results_inside_the_resolution_are_found():
    body = {"start": "2024-10-16", "resolution": {"units": "day", "amount": 1, "results": [SPAN]}}
    summary = read(operations.get_usage_summary("p"), body)
    assert summary.results[0].requests == 425109
    assert summary.resolution.units == "day"


@pytest.mark.parametrize("more", [{}, {"tokens": None, "tts": None}])
def test_counts_may_be_absent(more):
    body = {"results": [{"start": "2024-10-16", "requests": "10.0", "hours": "1.5", **more}], "resolution": None}
    (span,) = read(operations.get_usage_summary("p"), body).results
    assert (span.requests, span.hours, span.tokens, span.tts_requests) == (10, 1.5, 0, 0)


@pytest.mark.parametrize("several", [lambda one: [one], lambda one: one], ids=["lists", "texts"])
def test_a_usage_breakdown(several):
    grouping = {**USED_BY, "models": several("Nova-2"), "tags": several("tag1")}
    body = {**BODIES["get_usage_breakdown"], "results": [{**USED, "grouping": grouping}]}  # type: ignore[dict-item]
    breakdown = read(operations.get_usage_breakdown("p"), body)
    (result,) = breakdown.results
    assert (breakdown.start, breakdown.end, breakdown.resolution.amount) == ("2025-01-16", "2025-01-23", 1)
    assert (result.hours, result.total_hours, result.agent_hours) == (1619.72, 1621.74, 41.3)
    assert (result.tokens_in, result.tokens_out, result.tokens) == (3, 4, 7)
    assert (result.tts_characters, result.requests) == (9158866, 373381)
    assert (result.grouping.models, result.grouping.tags) == (["Nova-2"], ["tag1"])
    assert (result.grouping.accessor, result.grouping.feature_set) == (None, None)
    assert (result.grouping.endpoint, result.grouping.method, result.grouping.deployment) == (
        "listen", "async", "hosted",
    )  # fmt: skip
    assert (result.grouping.start_date, result.grouping.end_date) == (date(2025, 1, 16), date(2025, 1, 16))


@pytest.mark.parametrize("grouping", [{}, None, {"models": None, "tags": None}])
def test_a_breakdown_may_lack_anything(grouping):
    (result,) = read(operations.get_usage_breakdown("p"), {"results": [{"grouping": grouping}]}).results
    assert (result.hours, result.requests, result.tokens) == (0.0, 0, 0)
    assert (result.grouping.models, result.grouping.tags, result.grouping.start_date) == (None, None, None)


def fields_of(body):
    return read(next(operations.get_usage_fields("p")), body)


def test_usage_fields():
    fields = fields_of(FIELDS)
    assert (fields.tags, fields.processing_methods) == (["tag=dev"], ["sync", "streaming"])
    assert (fields.features, fields.languages) == (["alternatives"], ["en"])
    assert fields.models == [
        UsageModel(name="2-medical-nova", language="en-MY", version="2024-05-31.13574", uuid="model-1")
    ]


def test_the_models_of_usage_fields_may_be_names_alone_and_languages_absent():
    fields = fields_of({"models": ["nova", {"name": "nova-2"}], "tags": None})
    assert [model.name for model in fields.models] == ["nova", "nova-2"]
    assert (fields.languages, fields.tags) == ([], [])


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"request": one}], ids=["flat", "nested"])
def test_a_request_in_either_shape(wrap):
    request = read(operations.get_usage_request("p", "r1"), wrap(REQUEST))
    assert (request.request_id, request.path, request.code) == ("r1", "/v1/listen?model=nova-3", 200)
    assert (request.accessor, request.api_key_id, request.project_uuid) == ("k1", "k1", "p")
    assert request.created_at == datetime(2024, 1, 15, 9, 30, 0, 123000, tzinfo=UTC)
    assert (request.deployment, request.pending) == ("hosted", False)
    assert request.response["details"]["channels"] == 1


def test_a_flat_request_may_have_a_field_called_request():
    assert read(operations.get_usage_request("p", "r1"), {**REQUEST, "request": "POST"}).request_id == "r1"


def test_a_page_of_requests():
    page = read(operations.get_usage_requests("p"), {**PAGE, "page": 2.0, "limit": "10"})
    assert (page.page, page.limit, len(page.requests)) == (2, 10, 2)


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("https://x.io/done", Callback(url="https://x.io/done")),
        (
            {"attempts": 2, "code": 200, "completed": "2024-01-15T09:30:01Z"},
            Callback(url=None, attempts=2, code=200, completed="2024-01-15T09:30:01Z"),
        ),
        ({"url": "https://x.io", "method": "PUT"}, Callback(url="https://x.io", method="PUT")),
        (None, None),
    ],
    ids=["text", "object", "published", "null"],
)
def test_a_callback_in_either_form(sent, read_as):
    request = read(operations.get_usage_request("p", "r1"), {**REQUEST, "callback": sent})
    assert request.callback == read_as
    if request.callback and request.callback.completed:
        assert request.callback.completed_at == datetime(2024, 1, 15, 9, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize("lacks", ["accessor", "api_key_id"])
def test_either_name_of_the_key_that_was_used_will_do(lacks):
    body = {name: value for name, value in REQUEST.items() if name != lacks}
    assert read(operations.get_usage_request("p", "r1"), body).accessor == "k1"


@pytest.mark.parametrize("response", [None, {}, "absent"], ids=repr)
def test_a_request_that_is_not_worked_off_is_pending(response):
    body = {name: value for name, value in REQUEST.items() if name not in {"response", "code"}}
    request = read(
        operations.get_usage_request("p", "r1"), body if response == "absent" else {**body, "response": response}
    )
    assert request.pending
    assert (request.usd, request.stt, request.tts, request.code) == (None, None, None, None)
    assert (request.token_details, request.config) == ([], [])


def test_a_request_that_failed_says_why():
    body = {"request_id": "r1", "response": {"code": 400, "message": "Bad audio."}}
    request = read(operations.get_usage_request("p", "r1"), body)
    assert (request.code, request.response["message"]) == (400, "Bad audio.")
    assert (request.stt, request.usd, request.pending) == (None, None, False)


@pytest.mark.parametrize(
    ("usd", "cost"),
    [(0.00007, Decimal("0.00007")), ("1.25", Decimal("1.25")), (0.0, None), (0, None), (None, None)],
)
def test_a_cost_of_zero_is_not_known_yet(usd, cost):
    body = {**REQUEST, "response": {"details": {"usd": usd}}}
    assert read(operations.get_usage_request("p", "r1"), body).usd == cost


def test_a_wrong_type_inside_a_response_is_named_when_it_is_asked_for():
    body = {**REQUEST, "response": {"details": {"usd": [], "duration": 1}}}
    request = read(operations.get_usage_request("p", "r1"), body)
    with pytest.raises(DeepgramAnswerError, match=r"at `\$\.response\.details\.usd`") as caught:
        _ = request.usd
    assert caught.value.json_path == "$.response.details.usd"
