"""What is tolerated in an answer, and what is not: the place is named, the bytes are never quoted."""

import pytest

from dgbot.deepgram import DeepgramAnswerError
from dgbot.deepgram.operation import Operation
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import BODIES, CREATED_KEY, answer, described, read

LISTS = {
    "get_projects": "projects",
    "get_member_scopes": "scopes",
    "get_usage_requests": "requests",
    "get_usage_summary": "results",
    "get_usage_breakdown": "results",
    "get_balances": "balances",
    "get_purchases": "orders",
    "get_billing_breakdown": "results",
    "get_billing_fields": "accessors deployments tags line_items",
    "get_models": "stt tts",
    "get_global_models": "stt tts",
    "get_distribution_credentials": "distribution_credentials",
    "get_agents": "agents",
    "get_agent_variables": "variables",
}
ATTRIBUTES = {"stt": "stt_models", "tts": "tts_models"}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("how", ["null", "absent"])
def test_a_list_that_is_null_or_absent_is_empty(name, how):
    for field in LISTS[name].split():
        found = getattr(read(described(name), {field: None} if how == "null" else {}), ATTRIBUTES.get(field, field))
        assert found == ({} if field == "line_items" else [])


@pytest.mark.parametrize(
    ("name", "field"), [("get_keys", "api_keys"), ("get_members", "members"), ("get_invites", "invites")]
)
def test_from_a_list_of_keys_or_people_that_is_not_there_nobody_concludes_anything(name, field):
    for body in ({}, {field: None}):
        with pytest.raises(DeepgramAnswerError, match=f"missing required field `{field}`"):
            read(described(name), body)
    assert getattr(read(described(name), {field: []}), field) == []


def test_null_lists_deep_down_are_empty():
    body = {"api_keys": [{"api_key": {"api_key_id": "k", "scopes": None, "tags": None}}]}
    (key,) = read(operations.get_keys("p"), body).api_keys
    assert (key.scopes, key.tags, key.member) == ([], None, None)


FREE = {"line_items", "config", "metadata", "value", "response"}  # maps of the caller's, or kept as they were sent


def with_news(value):
    """*value* with a field more in every object that has a form."""
    if isinstance(value, dict):
        known = {name: inner if name in FREE else with_news(inner) for name, inner in value.items()}
        return known | {"news": {"of": [1, None]}}
    return [with_news(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", BODIES)
def test_fields_that_nobody_knows_are_ignored(name):
    told, known = read(described(name), with_news(BODIES[name])), answer(name)
    assert told == known
    assert repr(told) == repr(known)


NEEDED = {
    "get_project": "project_id",
    "get_key": "api_key_id",
    "create_key": "api_key_id",
    "get_usage_request": "request_id",
    "get_balance": "balance_id",
    "get_model": "uuid",
    "get_global_model": "uuid",
    "get_token_details": "api_key_id",
    "grant_token": "access_token",
    "get_distribution_credential": "distribution_credentials",
    "create_distribution_credential": "distribution_credentials",
    "delete_distribution_credential": "distribution_credentials",
    "get_agent": "agent_id",
    "create_agent": "agent_id",
    "update_agent": "agent_id",
    "get_agent_variable": "variable_id",
    "create_agent_variable": "variable_id",
    "update_agent_variable": "variable_id",
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_thing_without_its_id_is_unreadable(name):
    with pytest.raises(DeepgramAnswerError, match=f"missing required field `{NEEDED[name]}`") as caught:
        read(described(name), {})
    assert (caught.value.json_path, caught.value.status, caught.value.may_have_happened) == ("$", 200, True)


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("get_projects", {"projects": [{"project_id": 5}]}, "$.projects[0].project_id"),
        ("get_projects", {"projects": {}}, "$.projects"),
        ("get_project", {"project_id": "p", "mip_opt_out": "true"}, "$.mip_opt_out"),
        ("get_keys", {"api_keys": [{}]}, "$.api_keys[0]"),
        ("get_keys", {"api_keys": [{"api_key": {"scopes": "admin"}}]}, "$.api_keys[0].api_key.scopes"),
        ("create_key", {**CREATED_KEY, "key": {"the": "secret"}}, "$.key"),
        ("get_members", {"members": [{"scopes": [5]}]}, "$.members[0].scopes[0]"),
        ("get_invites", {"invites": [{"email": ["a@x.io"]}]}, "$.invites[0].email"),
        ("get_usage_summary", {"results": [{"requests": 1.5}]}, "$.results[0].requests"),
        ("get_usage_summary", {"results": [{"hours": "nan"}]}, "$.results[0]"),
        ("get_usage_summary", b'{"results":[{"hours":1e999}]}', "$.results[0].hours"),
        ("get_usage_summary", {"results": [{"tokens": {"in": "many"}}]}, "$.results[0].tokens.in"),
        ("get_usage_summary", {"results": [{"start": 20241016}]}, "$.results[0].start"),
        ("get_usage_breakdown", b'{"results":[{"agent_hours":-1e999}]}', "$.results[0].agent_hours"),
        ("get_usage_breakdown", {"results": [{"grouping": {"models": 5}}]}, "$.results[0].grouping.models"),
        ("get_usage_requests", {"page": "first"}, "$.page"),
        ("get_usage_requests", {"requests": [{"response": []}]}, "$.requests[0].response"),
        ("get_usage_request", {"request": {"request_id": "r", "callback": 5}}, "$.request.callback"),
        ("get_billing_fields", {"line_items": ["a"]}, "$.line_items"),
        ("get_models", {"stt": [{"batch": "yes"}]}, "$.stt[0].batch"),
        ("get_model", {"uuid": "u", "metadata": {"use_cases": "IVR"}}, "$.metadata.use_cases"),
        ("get_distribution_credential", {"distribution_credentials": []}, "$.distribution_credentials"),
        ("get_agents", {"agents": [{"agent_id": "a", "metadata": {"a": 5}}]}, "$.agents[0].metadata[...]"),
        ("get_agent_variables", {"variables": [{"variable_id": 5}]}, "$.variables[0].variable_id"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_named_by_its_place(name, body, path):
    with pytest.raises(DeepgramAnswerError) as caught:
        read(described(name), body)
    assert caught.value.json_path == path
    assert f"at `{path}`" in str(caught.value)


NUMBERS = [
    ("get_usage_summary", '{{"results":[{{"requests":{}}}]}}', lambda answer: answer.results[0].requests),
    ("get_usage_summary", '{{"results":[{{"tokens":{{"in":{}}}}}]}}', lambda answer: answer.results[0].tokens_in),
    ("get_usage_summary", '{{"results":[{{"tts":{{"requests":{}}}}}]}}', lambda answer: answer.results[0].tts_requests),
    ("get_usage_summary", '{{"resolution":{{"amount":{}}}}}', lambda answer: answer.resolution.amount),
    ("get_usage_breakdown", '{{"results":[{{"tokens_out":{}}}]}}', lambda answer: answer.results[0].tokens_out),
    ("get_usage_requests", '{{"limit":{}}}', lambda answer: answer.limit),
    ("get_usage_requests", '{{"requests":[{{"code":{}}}]}}', lambda answer: answer.requests[0].code),
]


@pytest.mark.parametrize(("name", "body", "pick"), NUMBERS, ids=[body for _, body, _ in NUMBERS])
@pytest.mark.parametrize("text", ["10", "10.0", '"10"', "1e1"])
def test_a_whole_number_may_be_written_in_any_way(name, body, pick, text):
    number = pick(read(described(name), body.format(text).encode()))
    assert (number, type(number)) == (10, int)


@pytest.mark.parametrize(("code", "read_as"), [(200, 200), (200.0, 200), ("200", None), (None, None), (20.5, None)])
def test_the_status_of_a_request_may_stand_in_its_response(code, read_as):
    body = {"request_id": "r", "response": {"code": code}}
    assert read(operations.get_usage_request("p", "r"), body).code == read_as


SHAPELESS = {
    b"": "it is empty",
    b"  \n": "it is empty",
    b"<!doctype html><title>Welcome</title>": "it is a web page",
    b"null": "got `null`",
    b"[]": "got `array`",
    b'"fine"': "got `str`",
    b"5": "got `int`",
    b"{": "it is not JSON",
    b'{"message": "cut o': "it is not JSON",
    b"NaN": "it is not JSON",
    b'{"message":' + b"[" * 100_000: "nested too deep",
}


@pytest.mark.parametrize("body", SHAPELESS, ids=lambda body: repr(body[:12]))
@pytest.mark.parametrize("name", [*BODIES, "get_usage", "get_usage_fields", "iter_usage_requests"])
def test_a_success_without_an_answer_is_unreadable(name, body):
    call = described(name)
    with pytest.raises(DeepgramAnswerError) as caught:
        read(call if isinstance(call, Operation) else next(call), body)
    assert "Deepgram accepted" in str(caught.value)
    assert SHAPELESS[body] in str(caught.value) or body.endswith(b"[")
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_text_that_is_no_unicode_is_unreadable():
    with pytest.raises(DeepgramAnswerError, match="it is not JSON"):
        read(operations.delete_key("p", "k"), b'{"message": "\xff"}')
