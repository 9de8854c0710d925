"""Each way in which Deepgram, or a proxy, says no."""

from datetime import UTC, datetime

import pytest

from dgbot.deepgram import (
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramNotFoundError,
    DeepgramPaymentError,
    DeepgramRateLimitError,
    DeepgramRequestError,
    DeepgramScopeError,
    DeepgramServerError,
)
from dgbot.deepgram.operation import Answer
from dgbot.deepgram.refusals import seconds_to_wait
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.refusing import LACKS_SCOPE

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def refused(status, body, operation=None, **headers) -> DeepgramApiError:
    answer = Answer(status=status, body=body, received=NOW, **headers)
    error = (operation or operations.get_projects()).read(answer)
    assert isinstance(error, DeepgramApiError)
    return error


UNAUTHORIZED = (
    b'{"category":"UNAUTHORIZED","message":"Authentication failed.",'
    b'"details":"Check that you are using the correct credentials.","request_id":"r1"}'
)


def test_the_modern_form_keeps_every_word():
    error = refused(403, UNAUTHORIZED)
    assert type(error) is DeepgramAuthError
    assert (error.status, error.code, error.request_id) == (403, "UNAUTHORIZED", "r1")
    assert error.message == "Authentication failed."
    assert error.details == "Check that you are using the correct credentials."
    assert str(error) == (
        "Deepgram answered 403: Authentication failed. Check that you are using the correct credentials."
    )
    assert error.body["category"] == "UNAUTHORIZED"


def test_a_missing_scope_is_named():
    error = refused(403, LACKS_SCOPE)
    assert isinstance(error, DeepgramScopeError)
    assert error.missing_scope == "usage:read"
    assert "'usage:read' scope" in str(error)


@pytest.mark.parametrize(
    "details", ['You\'re missing \\"billing:read\\".', "needs `billing:read`", "it's 'billing:read'"]
)
def test_a_scope_is_found_however_it_is_quoted(details):
    error = refused(403, f'{{"message":"No.","details":"{details}"}}'.encode())
    assert isinstance(error, DeepgramScopeError)
    assert error.missing_scope == "billing:read"


def test_permissions_without_a_named_scope():
    error = refused(401, b"User does not have sufficient permissions.")
    assert isinstance(error, DeepgramScopeError)
    assert error.missing_scope is None


def test_the_legacy_form():
    error = refused(401, b'{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"r3"}')
    assert type(error) is DeepgramAuthError
    assert (error.code, error.message, error.request_id) == ("INVALID_AUTH", "Invalid credentials.", "r3")


@pytest.mark.parametrize(
    "body",
    [
        b"Invalid request: scope must be either 'member', 'admin' or 'owner'.",
        b"\"Invalid request: scope must be either 'member', 'admin' or 'owner'.\"",
    ],
    ids=["plain", "json string"],
)
def test_plain_words_are_the_message(body):
    error = refused(400, body)
    assert type(error) is DeepgramRequestError
    assert str(error) == ("Deepgram answered 400: Invalid request: scope must be either 'member', 'admin' or 'owner'.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it gave no reason."),
        (b"[1, 2]", "it gave no reason."),
        (b"null", "it gave no reason."),
        (b"{}", "it gave no reason."),
        (b'{"message": 5, "category": "ODD"}', "ODD"),
        (b'{"message": "cut o', "it gave no reason."),
        (b"[" * 100_000, "it gave no reason."),
        (b"<html><head><title>502 Bad &amp; Gateway</title>", "502 Bad & Gateway."),
        (b"<p>nginx</p>", "a web page instead of a reason."),
        (b"\xff\xfe", "\ufffd\ufffd."),
        (b"line one\r\n\tline two\x07", "line one line two."),
        ("In UTF-16.".encode("utf-16"), "it gave no reason."),
    ],
)
def test_anything_else_still_makes_a_sentence(body, words):
    error = refused(502, body)
    assert type(error) is DeepgramServerError
    assert str(error) == f"Deepgram answered 502: {words}"


def test_long_texts_are_cut():
    assert len(str(refused(500, b"x" * 1_000_000))) < 340


@pytest.mark.parametrize(
    ("status", "kind", "may_have_happened"),
    [
        (302, DeepgramRequestError, True),
        (400, DeepgramRequestError, False),
        (401, DeepgramAuthError, False),
        (402, DeepgramPaymentError, False),
        (403, DeepgramAuthError, False),
        (404, DeepgramNotFoundError, False),
        (408, DeepgramServerError, True),
        (409, DeepgramConflictError, True),
        (422, DeepgramRequestError, False),
        (429, DeepgramRateLimitError, True),
        (500, DeepgramServerError, True),
        (504, DeepgramServerError, True),
    ],
)
def test_the_status_decides_the_class(status, kind, may_have_happened):
    error = refused(status, b"No.")
    assert type(error) is kind
    assert error.may_have_happened is may_have_happened


def test_the_header_gives_the_request_id_where_the_body_does_not():
    assert refused(500, b"", request_id="h").request_id == "h"
    assert refused(403, UNAUTHORIZED, request_id="h").request_id == "r1"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("7", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-3", None),
        ("soon", None),
        ("nan", None),
        ("9" * 5000, None),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert seconds_to_wait(header, NOW) == seconds
    assert refused(429, b"", retry_after=header).retry_after == seconds
