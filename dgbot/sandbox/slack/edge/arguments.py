"""What a Web API call was given, whichever of Slack's three encodings carried it, and how a method says no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from dgbot.blockkit import Problem
from dgbot.sandbox.slack.edge.reading import Unreadable, read_json

LONGEST_TEXT = 40_000  # characters of a message


class Refused(Exception):
    """A method's ``"ok": false`` with Slack's error code, and what else the answer carries."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


class RateLimited(Refused):
    """A method's 429: there may be another call after so many whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class Arguments(Mapping[str, Any]):
    """The arguments of one call; forms carry everything as text, JSON bodies carry it as it is."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def text(self, name: str) -> str:
        """Return a text argument, or "" if it was not given."""
        return str(self._given.get(name) or "")

    def needed(self, name: str) -> str:
        """Return a text argument; Refused with ``invalid_arguments`` if it was not given."""
        text = self.text(name)
        if not text:
            raise Refused("invalid_arguments", **messages([f"[ERROR] missing required field: {name}"]))
        return text

    def flag(self, name: str) -> bool:
        """Return a switch, which forms write as ``1`` or ``true``."""
        return self._given.get(name) in (True, 1, "1", "true", "True")

    def parsed(self, name: str, kind: type, error: str) -> Any:
        """Return a list or an object, given as such or as JSON text; None if it was not given."""
        value = self._given.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = read_json(value)
            except Unreadable:
                raise Refused(error) from None
        if not isinstance(value, kind):
            raise Refused(error)
        return value


Method = Callable[[Arguments], dict[str, Any]]
"""One Web API method: its answer without ``ok``, or Refused."""


def read_arguments(request: Request, body: bytes) -> Arguments:
    """Return the query's arguments and those of a form or JSON *body*; a token in the query counts for nothing."""
    given: dict[str, Any] = {name: value for name, value in request.query_params.items() if name != "token"}
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            sent = read_json(body or b"{}")
        except Unreadable:
            raise Refused("invalid_json") from None
        if not isinstance(sent, dict):
            raise Refused("json_not_object")
        return Arguments(given | sent)
    return Arguments(given | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))


def messages(lines: list[str]) -> dict[str, Any]:
    """Return the ``response_metadata`` in which Slack explains a refusal."""
    return {"response_metadata": {"messages": lines}}


def pointed(problems: list[Problem], root: str) -> dict[str, Any]:
    """Return the ``response_metadata`` that names each problem by its JSON pointer below *root*."""
    return messages([f"[ERROR] {one.message} [json-pointer:{root}{one.pointer}]" for one in problems])
