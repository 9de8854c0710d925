"""The ledger of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dgbot.sandbox.deepgram.wire import rfc3339


@dataclass(frozen=True)
class Seen:
    """One call as the server saw it; entries are in the order in which calls ended."""

    method: str
    path: str
    """Decoded, with ``/v1``."""
    query: Mapping[str, tuple[str, ...]]
    body: object
    """The parsed JSON, frozen: read-only mappings and tuples. Text that is no JSON stays text; None is no body."""
    api_key_id: str | None
    """Whose credential it was; None if it was missing, unknown or never looked at."""
    status: int
    """What was answered, or would have been if the answer had not been lost; 0 for a call that was dropped undone."""
    arrived: datetime
    answered: datetime | None
    """None if no whole answer was sent; an answer that was sent may still have found nobody waiting."""

    def as_json(self) -> dict[str, object]:
        """The entry as the control interface shows it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "body": thawed(self.body),
            "api_key_id": self.api_key_id,
            "status": self.status,
            "arrived": rfc3339(self.arrived),
            "answered": None if self.answered is None else rfc3339(self.answered),
        }


def thawed(value: object) -> object:
    """A frozen JSON value in a form that can be encoded again."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    return [thawed(item) for item in value] if isinstance(value, tuple) else value
