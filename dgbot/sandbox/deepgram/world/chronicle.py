"""Single requests: what the log needs to know of one, and those that were written down rather than worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dgbot.sandbox.deepgram.wire import Wire, rfc3339


class Logged(Protocol):
    """One request that an application made."""

    @property
    def request_id(self) -> str:
        """Its id."""

    @property
    def created(self) -> datetime:
        """When it was made."""

    @property
    def accessor(self) -> str | None:
        """The id of the key that was used."""

    @property
    def endpoint(self) -> str:
        """listen, read, speak or agent."""

    @property
    def method(self) -> str:
        """sync, async or streaming."""

    @property
    def deployment(self) -> str:
        """hosted, beta or self-hosted."""

    @property
    def failed(self) -> bool:
        """Whether the application got an error."""

    def as_wire(self, project_id: str, now: datetime, wire: Wire) -> dict[str, object]:
        """The request as the API shows it at *now*."""


@dataclass(frozen=True)
class Callback:
    """Where an answer was delivered; today's wire shows the address, the older one the delivery."""

    url: str | None
    attempts: int | None
    code: int | None
    completed: datetime | None

    def as_wire(self, wire: Wire) -> object:
        """The address, or an object without what is not known."""
        if wire == "current" and self.url is not None:
            return self.url
        completed = None if self.completed is None else rfc3339(self.completed)
        known = {"attempts": self.attempts, "code": self.code, "completed": completed}
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Entry:
    """A request that was written down: it is shown as it stands, however old it is and whatever the clock says."""

    request_id: str
    created: datetime
    accessor: str | None
    endpoint: str
    method: str
    deployment: str
    path: str
    code: int | None
    response: Mapping[str, object] | None
    callback: Callback | None

    @property
    def failed(self) -> bool:
        """Whether the application got an error."""
        return self.code is not None and self.code >= 400

    def as_wire(self, project_id: str, now: datetime, wire: Wire) -> dict[str, object]:
        """The entry, whatever *now* is."""
        shown: dict[str, object] = {
            "request_id": self.request_id,
            "project_uuid": project_id,
            "created": rfc3339(self.created),
            "path": self.path,
            "api_key_id": self.accessor,
            "deployment": self.deployment,
            "code": self.code,
            "response": self.response,
        }
        if wire == "legacy":
            shown["accessor"] = self.accessor
        if self.callback is not None:
            shown["callback"] = self.callback.as_wire(wire)
        return shown
