"""Answers that are ready to be sent: a result, a refusal, and what a fault puts in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from dgbot.sandbox.deepgram.refusals import Refused, modern

JSON = "application/json"
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class Answer:
    """Bytes with their status and headers."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def result(body: object, request_id: str | None = None, status: int = 200) -> Answer:
    """*body* as JSON; Decimals become numbers with all their digits."""
    return Answer(status, _encoder.encode(body), JSON, _named(request_id))


def page(body: object) -> Answer:
    """*body* as JSON on lines of its own, for people at a terminal."""
    return Answer(200, msgspec.json.format(_encoder.encode(body), indent=2) + b"\n", JSON)


def refusal(refused: Refused, request_id: str) -> Answer:
    """*refused* with the request's id, which the plain form has in the header only."""
    headers = {**refused.headers, **_named(request_id)}
    if isinstance(refused.body, str):
        return Answer(refused.status, refused.body.encode(), "text/plain", headers)
    return Answer(refused.status, _encoder.encode({**refused.body, "request_id": request_id}), JSON, headers)


_WORDS = {
    400: ("BAD_REQUEST", "Invalid request.", "Check the request."),
    401: ("UNAUTHORIZED", "Authentication failed.", "Check that you are using the correct credentials."),
    402: ("PAYMENT_REQUIRED", "The project does not have enough credits.", "Add credits to the project."),
    403: ("UNAUTHORIZED", "Authentication failed.", "Check that you are using the correct credentials."),
    404: ("NOT_FOUND", "The requested resource cannot be found.", "Check the path of the request."),
    408: ("REQUEST_TIMEOUT", "The request took too long.", "Try again."),
    409: ("CONFLICT", "The request conflicts with another one.", "Try again."),
    429: ("TOO_MANY_REQUESTS", "Too many requests.", "Wait before the next request."),
    500: ("INTERNAL_SERVER_ERROR", "An internal error occurred.", "Try again later."),
    502: ("BAD_GATEWAY", "The service could not be reached.", "Try again later."),
    503: ("SERVICE_UNAVAILABLE", "The service is temporarily unavailable.", "Try again later."),
    504: ("GATEWAY_TIMEOUT", "The service did not answer in time.", "Try again later."),
}
_OTHERS = {
    4: ("BAD_REQUEST", "The request could not be processed.", "Check the request."),
    5: ("INTERNAL_SERVER_ERROR", "The service could not process the request.", "Try again later."),
}


def failure(status: int, form: str, retry_after: str | None, request_id: str) -> Answer:
    """An error in the *form* modern, legacy, string, array, text, html or empty."""
    category, message, details = _WORDS.get(status) or _OTHERS[status // 100]
    headers = _named(request_id) | ({} if retry_after is None else {"Retry-After": retry_after})
    if form == "modern":
        return refusal(Refused(status, modern(status, category, message, details).body, headers), request_id)
    if form == "legacy":
        return refusal(Refused(status, {"err_code": category, "err_msg": message}, headers), request_id)
    if form == "text":
        return Answer(status, message.encode(), "text/plain", headers)
    if form == "html":
        return Answer(status, _page(message), "text/html", headers)
    if form == "empty":
        return Answer(status, b"", JSON, headers)
    return Answer(status, _encoder.encode([message] if form == "array" else message), JSON, headers)


_EMPTY_LISTS = b'{"projects":[],"api_keys":[],"members":[],"invites":[],"balances":[]}'


def instead(kind: str, request_id: str) -> Answer:
    """200 with a body that no operation has: html, null, object, array, string, text, empty, gzip or lists.

    The gzip is none. Lists are those of projects, keys, members, invitations and balances, all of them empty.
    """
    headers = _named(request_id)
    if kind == "html":
        return Answer(200, _page("Welcome"), "text/html", headers)
    if kind == "text":
        return Answer(200, b"OK", "text/plain", headers)
    if kind == "gzip":
        return Answer(200, b"this was never compressed", JSON, {**headers, "Content-Encoding": "gzip"})
    bodies = {"null": b"null", "object": b"{}", "array": b"[]", "string": b'"OK"', "empty": b"", "lists": _EMPTY_LISTS}
    return Answer(200, bodies[kind], JSON, headers)


def _page(title: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode()


def _named(request_id: str | None) -> dict[str, str]:
    return {} if request_id is None else {"dg-request-id": request_id}
