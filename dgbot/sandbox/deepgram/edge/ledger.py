"""The ledger of what was asked: calls that have ended, and those that wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from dgbot.sandbox.deepgram.wire import frozen, read_body, rfc3339

REMEMBERED = 10_000
KEPT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """One call as the server saw it; entries are in the order in which calls ended."""

    method: str
    path: str
    """Decoded, with ``/v1``."""
    query: Mapping[str, tuple[str, ...]]
    raw: bytes
    """The body as it was sent; nothing if it is not kept."""
    body_kept: bool
    """False for the body of a caller whom nobody knows, and for one that had to make room."""
    api_key_id: str | None
    """Whose credential it was; None if it was missing or unknown."""
    status: int
    """What was answered, or would have been if the answer had not been lost; 0 for a call that was dropped undone."""
    arrived: datetime
    answered: datetime | None
    """None if no whole answer was sent; an answer that was sent may still have found nobody waiting."""

    @property
    def body(self) -> object:
        """The parsed JSON, frozen: read-only mappings and tuples. Text that is no JSON stays text; None is no body."""
        return frozen(read_body(self.raw))

    def as_json(self) -> dict[str, object]:
        """The entry as the control interface shows it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "body": read_body(self.raw),
            "body_kept": self.body_kept,
            "api_key_id": self.api_key_id,
            "status": self.status,
            "arrived": rfc3339(self.arrived),
            "answered": None if self.answered is None else rfc3339(self.answered),
        }


@dataclass(frozen=True, eq=False)
class Waiting:
    """A call that arrived and waits to be done because of a delay."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    arrived: datetime

    def as_json(self) -> dict[str, object]:
        """The call as the control interface shows it: nobody knows yet whose it is and what becomes of it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "body": None,
            "body_kept": False,
            "api_key_id": None,
            "status": None,
            "arrived": rfc3339(self.arrived),
            "answered": None,
        }


class Ledger:
    """The newest 10000 calls, with 16 MB of their bodies at most: the oldest bodies make room first."""

    def __init__(self) -> None:
        self.entries: list[Seen] = []
        """Whoever reads may also clear it."""
        self.waiting: list[Waiting] = []
        self._bodies: deque[tuple[int, int]] = deque()
        """Of the entries that have one: how many were written before, and the bytes of the body."""
        self._bytes = 0
        self._written = 0

    def write(self, seen: Seen) -> None:
        """Remember a call that has ended."""
        self.entries.append(seen)
        self._written += 1
        del self.entries[:-REMEMBERED]
        first = self._written - len(self.entries)
        while self._bodies and self._bodies[0][0] < first:
            self._bytes -= self._bodies.popleft()[1]
        if seen.raw:
            self._bodies.append((self._written - 1, len(seen.raw)))
            self._bytes += len(seen.raw)
        while self._bytes > KEPT_BYTES:
            number, size = self._bodies.popleft()
            self._bytes -= size
            self.entries[number - first] = replace(self.entries[number - first], raw=b"", body_kept=False)

    @contextmanager
    def wait(self, waiting: Waiting) -> Iterator[None]:
        """Show a call as one that waits."""
        self.waiting.append(waiting)
        try:
            yield
        finally:
            self.waiting.remove(waiting)

    def as_json(self) -> list[dict[str, object]]:
        """What has ended, in that order, then what waits, oldest first."""
        return [*(seen.as_json() for seen in self.entries), *(waiting.as_json() for waiting in self.waiting)]
