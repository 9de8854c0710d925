"""Deepgram's three ways to refuse, and the words of each refusal."""

from __future__ import annotations

from collections.abc import Mapping


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
