"""What goes over the wire: a call, an answer, and Deepgram's three ways to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Literal

import msgspec

Shapes = Literal["spec", "older"]

_encoder = msgspec.json.Encoder(decimal_format="number")


class Refused(Exception):
    """An answer other than 200; *body* is an object for a JSON form, text for the plain one."""

    def __init__(self, status: int, body: Mapping[str, str] | str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def modern(status: int, category: str, message: str, details: str) -> Refused:
    """The form that the Manage API uses for most refusals."""
    return Refused(status, {"category": category, "message": message, "details": details})


def legacy(status: int, code: str, message: str) -> Refused:
    """The older JSON form."""
    return Refused(status, {"err_code": code, "err_msg": message})


def invalid_json(details: str) -> Refused:
    """A body that can't be read; *details* is what the JSON parser says."""
    return modern(400, "INVALID_JSON", "Invalid JSON submitted.", f"Json deserialize error: {details}")


def bad_request(details: str) -> Refused:
    """A body that can be read and makes no sense."""
    return modern(400, "BAD_REQUEST", "Invalid request.", details)


def bad_query(message: str) -> Refused:
    """A query parameter that makes no sense."""
    return legacy(400, "INVALID_QUERY_PARAMETER", message)


def unknown(thing: str, article: str = "A") -> Refused:
    """404: nothing has the submitted id."""
    return modern(
        404,
        "NOT_FOUND",
        f"{article} {thing} with the submitted ID cannot be found.",
        f"Check that you have submitted the intended {thing} ID and that the {thing} has not been deleted.",
    )


def lacks_scope(scope: str) -> Refused:
    """403: the credential is good and may not do this."""
    return modern(
        403,
        "INSUFFICIENT_PERMISSIONS",
        "Your account does not have the required scope to perform that action for this project.",
        f"Check that your account has the '{scope}' scope for this project.",
    )


_FAULTS = {
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


def staged(status: int) -> Refused:
    """The answer of a fault that somebody switched on."""
    refused = modern(status, *_FAULTS.get(status, ("ERROR", f"The request failed with {status}.", "Try again later.")))
    if status == 429:
        refused.headers["Retry-After"] = "1"
    return refused


@dataclass(frozen=True)
class Answer:
    """Bytes that are ready to be sent."""

    status: int
    body: bytes
    media_type: str
    headers: Mapping[str, str]


def answer(body: object, request_id: str) -> Answer:
    """200 with *body*; Decimals become JSON numbers with all their digits."""
    return Answer(200, _encoder.encode(body), "application/json", {"dg-request-id": request_id})


def refusal(refused: Refused, request_id: str) -> Answer:
    """*refused* with the request's id, which the plain form has in the header only."""
    headers = {**refused.headers, "dg-request-id": request_id}
    if isinstance(refused.body, str):
        return Answer(refused.status, refused.body.encode(), "text/plain", headers)
    body = {**refused.body, "request_id": request_id}
    return Answer(refused.status, _encoder.encode(body), "application/json", headers)


def rfc3339(moment: datetime) -> str:
    """UTC with ``Z``, and six decimals unless they are all zero."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_day(name: str, text: str) -> date:
    """``YYYY-MM-DD`` and nothing else; refuses as a bad query."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise bad_query(f"{name}: {text} is not a date in the format YYYY-MM-DD.")


def read_moment(name: str, text: str) -> datetime:
    """A day, or a day with a time to the second and perhaps a zone (UTC without one); refuses as a bad query."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?", text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    raise bad_query(f"{name}: {text} is not a date in the format YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+HH:MM.")


def read_body(raw: bytes) -> object:
    """The JSON in *raw*, frozen; the text itself if it is no JSON, None if it is empty."""
    if not raw:
        return None
    try:
        return frozen(msgspec.json.decode(raw))
    except msgspec.DecodeError:
        return raw.decode(errors="replace")


def frozen(value: object) -> object:
    """*value* with its dicts read-only and its lists turned into tuples, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return value
