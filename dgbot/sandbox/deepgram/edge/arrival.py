"""A call as it arrives: read whole, cut into parts, not yet understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

from starlette.types import Receive, Scope

from dgbot.sandbox.deepgram.wire import read_body

LARGEST_BODY = 1024 * 1024


@dataclass(frozen=True)
class Arrival:
    """One HTTP request."""

    method: str
    target: str
    """The path as it was sent, percent signs and all: what they hide stays inside its segment."""
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    raw: bytes
    body: object
    """The parsed JSON, frozen; the text if it is no JSON; None without a body."""
    too_large: bool
    """Whether the body was larger than 1 MB; then `raw` has none of it."""

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
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    sent = b"" if size > LARGEST_BODY else bytes(raw)
    return Arrival(
        method=scope["method"],
        target=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query=MappingProxyType({name: tuple(values) for name, values in query.items()}),
        headers=MappingProxyType({name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}),
        raw=sent,
        body=read_body(sent),
        too_large=size > LARGEST_BODY,
    )
