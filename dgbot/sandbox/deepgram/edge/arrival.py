"""A call as it arrives: read whole, cut into parts, not yet understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

from starlette.types import Receive, Scope

from dgbot.sandbox.deepgram.edge.callers import strangeness
from dgbot.sandbox.deepgram.wire import frozen, read_body

LARGEST_BODY = 1024 * 1024
LONGEST_TARGET = 8 * 1024
_SHOWN = 1000  # characters of a path that is too long


@dataclass(frozen=True)
class Arrival:
    """One HTTP request."""

    method: str
    target: str
    """The path as it was sent, percent signs and all: what they hide stays inside its segment."""
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    raw: bytes
    too_large: bool
    """Whether the body was larger than 1 MB; then `raw` has none of it."""
    too_long: bool
    """Whether path and query were longer than 8 kB; then `target` is cut and `query` empty."""
    strangeness: str | None
    """Why this is no program of this machine, in a sentence; None if it is one."""

    @cached_property
    def body(self) -> object:
        """The parsed JSON, frozen; the text if it is no JSON; None without a body."""
        return frozen(read_body(self.raw))

    @property
    def path(self) -> str:
        """The path, decoded: what people read and patterns are compared with."""
        return unquote(self.target)


async def arriving(scope: Scope, receive: Receive) -> Arrival | None:
    """Read a request to its end; None if the caller leaves before."""
    raw, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= LARGEST_BODY:
            raw += chunk
    target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    too_long = len(target) + len(scope["query_string"]) > LONGEST_TARGET
    query: dict[str, list[str]] = {}
    if not too_long:
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
            query.setdefault(name, []).append(value)
    return Arrival(
        method=scope["method"],
        target=target[:_SHOWN] if too_long else target,
        query=MappingProxyType({name: tuple(values) for name, values in query.items()}),
        headers=MappingProxyType({name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}),
        raw=b"" if size > LARGEST_BODY else bytes(raw),
        too_large=size > LARGEST_BODY,
        too_long=too_long,
        strangeness=strangeness(scope),
    )
