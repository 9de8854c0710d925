"""Deepgram's answers in each documented shape, as callers see them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dgbot.deepgram import DeepgramAnswerError, Member, Secret
from dgbot.deepgram.operation import Answer
from tests.unit.deepgram.described import operations

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(operation, body, status=200):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    outcome = operation.read(Answer(status=status, body=raw, received=NOW))
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


KEY = {
    "api_key_id": "k1",
    "comment": "A comment",
    "scopes": ["admin"],
    "created": "2021-01-01T00:00:00Z",
}
OWNER = {"member_id": "m1", "email": "john@test.com", "first_name": "John"}


def test_projects():
    answer = read(operations.get_projects(), {"projects": [{"project_id": "p", "name": "acme", "new": 1}]})
    (project,) = answer.projects
    assert (project.project_id, project.name) == ("p", "acme")
    assert (project.company, project.created, project.updated) == (None, None, None)


def test_a_project():
    project = read(operations.get_project("p"), {"project_id": "p", "mip_opt_out": True, "name": "acme"})
    assert (project.name, project.mip_opt_out) == ("acme", True)


def test_keys_carry_the_member_they_belong_to():
    (key,) = read(operations.get_keys("p"), {"api_keys": [{"member": OWNER, "api_key": KEY}]}).api_keys
    assert (key.api_key_id, key.scopes, key.key, key.tags) == ("k1", ["admin"], None, None)
    assert key.member == Member(member_id="m1", email="john@test.com", first_name="John")
    assert (key.created, key.created_at) == ("2021-01-01T00:00:00Z", datetime(2021, 1, 1, tzinfo=UTC))
    assert (key.expiration_date, key.expires_at) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"member": OWNER, "api_key": KEY},
        {"item": {"member": {**OWNER, "api_key": KEY}}},
        {"item": {"member": OWNER, "api_key": KEY}},
        {"item": {"member": {**OWNER, "api_key": KEY}, "api_key": {}}},
    ],
    ids=["flat", "nested", "item", "both"],
)
def test_a_key_in_either_shape(body):
    key = read(operations.get_key("p", "k1"), body).api_key
    assert (key.api_key_id, key.comment) == ("k1", "A comment")
    assert key.member == Member(member_id="m1", email="john@test.com", first_name="John")


def test_a_bare_key():
    assert read(operations.get_key("p", "k1"), KEY).api_key.member is None


CREATE = operations.create_key("p", comment="ci", scopes=["member"])
CREATED = {
    "api_key_id": "k9",
    "key": "the-new-key",
    "comment": "ci",
    "scopes": ["member"],
    "tags": ["tag-1"],
    "created": "2024-05-21T17:19:49.373761Z",
    "expiration_date": "2024-05-01T00:00:00.000000Z",
}


def test_a_created_key_has_its_value_once():
    key = read(CREATE, CREATED).api_key
    assert key.key is not None
    assert key.key.reveal() == "the-new-key"
    assert "the-new-key" not in f"{key} {key!r}"
    assert key.created_at == datetime(2024, 5, 21, 17, 19, 49, 373761, tzinfo=UTC)
    assert key.expires_at == datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("lacks", ["key", "api_key_id"])
@pytest.mark.parametrize("how", ["absent", "empty", "null"])
def test_a_created_key_without_value_or_id_is_unreadable(lacks, how):
    body = {**CREATED, lacks: {"empty": "", "null": None}.get(how)}
    if how == "absent":
        del body[lacks]
    with pytest.raises(DeepgramAnswerError, match="can't be read") as caught:
        read(CREATE, body)
    assert caught.value.may_have_happened


def test_members():
    body = {"members": [{**OWNER, "scopes": ["owner"], "last_name": "B"}, {"member_id": "m2"}]}
    first, second = read(operations.get_members("p"), body).members
    assert (first.first_name, first.last_name, first.scopes) == ("John", "B", ["owner"])
    assert (second.email, second.scopes) == ("", [])


@pytest.mark.parametrize("name", ["invites", "members"])
def test_invites(name):
    body = {name: [{"email": "a@x.io", "scope": "member"}]}
    (invite,) = read(operations.get_invites("p"), body).invites
    assert (invite.email, invite.scope, invite.sent) == ("a@x.io", "member", None)


def test_a_message():
    assert read(operations.delete_key("p", "k"), {"message": "Deleted!"}).message == "Deleted!"


SPAN = {
    "start": "2024-10-16",
    "end": "2024-10-17",
    "hours": 1097.4274322222223,
    "total_hours": 1099.3888366666667,
    "requests": 425109,
    "tokens": {"in": 24770, "out": 7521},
    "tts": {"characters": 9004185, "requests": 23126},
}
SUMMARY = {"start": "2024-10-16", "end": "2024-10-23", "resolution": {"units": "day", "amount": 1}, "results": [SPAN]}


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
    assert read(operations.get_usage_summary("p"), body).results[0].requests == 425109


@pytest.mark.parametrize("more", [{}, {"tokens": None, "tts": None}])
def test_counts_may_be_absent(more):
    body = {"results": [{"start": "2024-10-16", "requests": "10.0", "hours": "1.5", **more}], "resolution": None}
    (span,) = read(operations.get_usage_summary("p"), body).results
    assert (span.requests, span.hours, span.tokens, span.tts_requests) == (10, 1.5, 0, 0)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("104.56822227", "104.56822227"),
        ('"104.56822227"', "104.56822227"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("-3", "-3"),
        ("10.0", "10.0"),
    ],
)
@pytest.mark.parametrize("purchase", ["purchase", "purchase_order_id"])
def test_a_balance_keeps_every_digit(text, exact, purchase):
    body = f'{{"balances":[{{"balance_id":"b","amount":{text},"units":"usd","{purchase}":"o"}}]}}'.encode()
    (balance,) = read(operations.get_balances("p"), body).balances
    assert (balance.amount_exact, balance.amount) == (Decimal(exact), float(exact))
    assert (balance.balance_id, balance.units, balance.purchase) == ("b", "usd", "o")


def test_exact_digits_survive_a_null_list_beside_them():
    body = b'{"tags":null,"balances":[{"amount":0.1000000000000000055511151231257827}]}'
    (balance,) = read(operations.get_balances("p"), body).balances
    assert balance.amount_exact == Decimal("0.1000000000000000055511151231257827")


@pytest.mark.parametrize("amount", ["1e400", '"NaN"', '"-Infinity"', "null", "true", '"much"', "[]"])
def test_an_amount_that_is_no_money_is_unreadable(amount):
    with pytest.raises(DeepgramAnswerError) as caught:
        read(operations.get_balances("p"), f'{{"balances":[{{"amount":1}},{{"amount":{amount}}}]}}'.encode())
    assert caught.value.json_path.startswith("$.balances[1]")


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (operations.get_projects(), "projects"),
        (operations.get_keys("p"), "api_keys"),
        (operations.get_members("p"), "members"),
        (operations.get_invites("p"), "invites"),
        (operations.get_balances("p"), "balances"),
        (operations.get_usage_summary("p"), "results"),
    ],
)
@pytest.mark.parametrize("how", ["null", "absent"])
def test_a_list_that_is_null_or_absent_is_empty(operation, name, how):
    assert getattr(read(operation, {name: None} if how == "null" else {}), name) == []


@pytest.mark.parametrize("text", ["0000-00-00", "some day", "9999-12-31T23:59:59-14:00"])
def test_a_date_that_is_none_stays_text_and_does_not_hide_the_other_keys(text):
    body = {"api_keys": [{"api_key": {**KEY, "created": text, "expiration_date": text}}, {"api_key": KEY}]}
    odd, other = read(operations.get_keys("p"), body).api_keys
    assert (odd.created, odd.expiration_date) == (text, text)
    assert (odd.created_at, odd.expires_at) == (None, None)
    assert other.created_at is not None


def test_null_lists_deep_down_are_empty():
    (key,) = read(operations.get_keys("p"), {"api_keys": [{"api_key": {**KEY, "scopes": None, "tags": None}}]}).api_keys
    assert (key.scopes, key.tags, key.member) == ([], None, None)


@pytest.mark.parametrize(
    ("operation", "body", "path"),
    [
        (operations.get_projects(), {"projects": [{"project_id": 5}]}, "$.projects[0].project_id"),
        (operations.get_projects(), {"projects": {}}, "$.projects"),
        (operations.get_project("p"), {}, "$"),
        (operations.get_project("p"), {"project_id": "p", "mip_opt_out": "true"}, "$.mip_opt_out"),
        (operations.get_key("p", "k"), {}, "$"),
        (operations.get_keys("p"), {"api_keys": [{}]}, "$.api_keys[0]"),
        (operations.get_keys("p"), {"api_keys": [{"api_key": {"scopes": "admin"}}]}, "$.api_keys[0].api_key.scopes"),
        (CREATE, {**CREATED, "key": {"the": "secret"}}, "$.key"),
        (operations.get_usage_summary("p"), {"results": [{"requests": 1.5}]}, "$.results[0].requests"),
        (operations.get_usage_summary("p"), {"results": [{"hours": "nan"}]}, "$.results[0]"),
        (operations.get_usage_summary("p"), {"results": [{"start": 20241016}]}, "$.results[0].start"),
    ],
)
def test_a_wrong_type_is_named_by_its_place(operation, body, path):
    with pytest.raises(DeepgramAnswerError) as caught:
        read(operation, body)
    assert caught.value.json_path == path
    assert f"at `{path}`" in str(caught.value)


SHAPELESS = {
    b"": "it is empty",
    b"  \n": "it is empty",
    b"<!doctype html><title>Welcome</title>": "it is a web page",
    b"null": "got `null`",
    b"[]": "got `array`",
    b'"fine"': "got `str`",
    b"{": "it is not JSON",
    b"{}}": "it is not JSON",
    b'{"message":' + b"[" * 100_000: "nested too deep",
}


@pytest.mark.parametrize("body", SHAPELESS, ids=lambda body: repr(body[:12]))
def test_a_success_without_an_answer_is_unreadable(body):
    for operation in (operations.delete_key("p", "k"), operations.get_keys("p"), CREATE):
        with pytest.raises(DeepgramAnswerError) as caught:
            read(operation, body)
        assert "Deepgram accepted" in str(caught.value)
        if operation.decode is not CREATE.decode:
            assert SHAPELESS[body] in str(caught.value) or body.endswith(b"[")


def test_a_text_that_is_no_unicode_is_unreadable():
    with pytest.raises(DeepgramAnswerError, match="it is not JSON"):
        read(operations.delete_key("p", "k"), b'{"message": "\xff"}')


def test_a_secret_is_equal_to_itself_alone():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
