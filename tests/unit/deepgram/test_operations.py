"""Operations are values: what they would send, and what they refuse to."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from dgbot.deepgram import (
    DeepgramClient,
    DeepgramOptionsError,
    InviteOptions,
    KeyOptions,
    UsageSummaryOptions,
)
from dgbot.deepgram import operations as sheets
from dgbot.deepgram.manage import ManageEndpoints
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.wire import projects as wire
from tests.unit.deepgram.described import operations


def test_an_operation_is_a_value():
    assert operations.get_project("a/b") == Operation("GET", "/v1/projects/a%2Fb", wire.project)


def test_every_operation_is_a_method_of_both_clients():
    described = {
        name
        for sheet in pkgutil.iter_modules(sheets.__path__, f"{sheets.__name__}.")
        if not sheet.name.endswith(".building")
        for name, function in inspect.getmembers(importlib.import_module(sheet.name), inspect.isfunction)
        if function.__module__ == sheet.name and not name.startswith("_")
    }
    offered = {name for name in vars(ManageEndpoints) if not name.startswith("_")}
    assert described == offered
    assert len(offered) == 48


def test_a_method_shows_the_signature_and_the_words_of_its_operation():
    manage = DeepgramClient("k").manage
    for client in (manage, manage.asyncmanage):
        assert str(inspect.signature(client.get_keys)).startswith("(project_id: 'str', *, status:")
        assert client.get_keys.__doc__ == operations.get_keys.__doc__
        assert client.get_keys.__name__ == "get_keys"


def test_keys_can_be_asked_by_status():
    assert operations.get_keys("p", status="expired").query == (("status", "expired"),)
    with pytest.raises(DeepgramOptionsError, match="status: 'dead' is not active or expired"):
        operations.get_keys("p", status="dead")


FULL: dict[str, Any] = {"comment": "ci", "scopes": ["usage:read"], "tags": ["a"], "time_to_live_in_seconds": 60}


def test_options_are_an_object_a_mapping_or_keywords():
    expected = operations.create_key("p", KeyOptions(**FULL))
    assert expected.body == FULL
    assert operations.create_key("p", FULL) == expected
    assert operations.create_key("p", options=FULL) == expected
    assert operations.create_key("p", **FULL) == expected


def test_what_was_not_given_is_not_sent():
    body = operations.create_key("p", comment="ci", scopes=["usage:read"], tags=[]).body
    assert body == {"comment": "ci", "scopes": ["usage:read"]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"comment": "ci", "scope": ["x"]}, "KeyOptions has no field 'scope'. Did you mean scopes?"),
        ({"comment": "ci", "zzz": 1}, "It has comment, scopes, tags"),
        ({"scopes": ["x"]}, "a key needs a comment"),
        ({"comment": "  ", "scopes": ["x"]}, "a key needs a comment"),
        ({"comment": "ci"}, "at least one scope, such as usage:read"),
        ({"comment": "ci", "scopes": []}, "at least one scope"),
        ({"comment": "ci", "scopes": "admin"}, "scopes: 'admin' is not a list"),
        ({"comment": "ci", "scopes": [1]}, "is not a list of texts"),
        ({"comment": 1, "scopes": ["x"]}, "comment: 1 is not text"),
        ({"comment": "ci", "scopes": ["x"], "tags": "a"}, "tags: 'a' is not a list"),
        ({"comment": "ci", "scopes": ["x"], "time_to_live_in_seconds": 0}, "0 is not a whole number of 1 or more"),
        ({"comment": "ci", "scopes": ["x"], "time_to_live_in_seconds": True}, "True is not a whole number"),
        ({"comment": "ci", "scopes": ["x"], "time_to_live_in_seconds": 1.5}, "1.5 is not a whole number"),
        ({"comment": "ci", "scopes": ["x"], "expiration_date": "soon"}, "'soon' is not a date such as 2026-11-22"),
        (
            {"comment": "ci", "scopes": ["x"], "expiration_date": "2026-01-01", "time_to_live_in_seconds": 5},
            "not both",
        ),
    ],
)
def test_a_key_that_deepgram_would_refuse_is_refused_here(fields, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        operations.create_key("p", **fields)
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_options_given_twice_are_refused():
    with pytest.raises(DeepgramOptionsError, match="either options or keyword arguments"):
        operations.create_key("p", KeyOptions(comment="ci"), scopes=["x"])


def test_options_of_another_call_are_refused():
    with pytest.raises(DeepgramOptionsError, match="InviteOptions is neither KeyOptions nor a mapping"):
        operations.create_key("p", InviteOptions(email="a@x.io", scope="member"))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (date(2026, 1, 2), "2026-01-02T00:00:00Z"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),  # noqa: DTZ001
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        ("2026-01-02", "2026-01-02T00:00:00Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ("2026-01-02T03:04:05.123Z", "2026-01-02T03:04:05Z"),
    ],
)
def test_an_expiry_is_sent_as_a_moment_with_its_zone(given, sent):
    body = operations.create_key("p", comment="ci", scopes=["x"], expiration_date=given).body
    assert body is not None
    assert body["expiration_date"] == sent


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 23, 59, 59, 999999), "2026-01-02"),  # noqa: DTZ001
        (datetime(2026, 1, 2, 23, 0, tzinfo=timezone(timedelta(hours=-5))), "2026-01-03"),
        ("2026-01-02", "2026-01-02"),
        ("2026-01-02T12:00:00.123456", "2026-01-02"),
    ],
)
def test_a_summary_is_asked_by_days_of_utc(given, sent):
    assert operations.get_usage_summary("p", start=given).query == (("start", sent),)


def test_filters_are_sent_in_wire_form():
    asked = UsageSummaryOptions(tag="dev", method="sync", diarize=True, ner=False)
    assert operations.get_usage_summary("p", asked).query == (
        ("tag", "dev"),
        ("method", "sync"),
        ("diarize", "true"),
        ("ner", "false"),
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"diarise": True}, "UsageSummaryOptions has no field 'diarise'. Did you mean diarize?"),
        ({"diarize": 1}, "diarize: 1 is not True or False."),
        ({"method": "GET"}, "method: 'GET' is not sync, async or streaming."),
        ({"deployment": "moon"}, "deployment: 'moon' is not hosted, beta or self-hosted."),
        ({"tag": 5}, "tag: 5 is not text."),
        ({"start": "yesterday"}, "start: 'yesterday' is not a date"),
        ({"start": "2026-02-01", "end": "2026-01-01"}, "start: 2026-02-01 is after end, 2026-01-01."),
    ],
)
def test_a_filter_that_deepgram_would_ignore_is_refused_here(fields, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        operations.get_usage_summary("p", fields)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "a@x.io", "scope": " "}, "scope: ' ' is not text with something in it."),
        ({"email": "jane", "scope": "member"}, "email: 'jane' is not an address such as jane@example.com."),
        ({"email": "a@x.io"}, "InviteOptions needs scope."),
        ({}, "InviteOptions needs email and scope."),
    ],
)
def test_an_invitation_that_deepgram_would_refuse_is_refused_here(fields, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        operations.send_invite("p", fields)
    assert words in str(caught.value)
