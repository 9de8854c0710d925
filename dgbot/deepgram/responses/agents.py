"""Voice agents' configurations and their variables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response


class _Stored(Response, frozen=True, kw_only=True):
    created: str | None = msgspec.field(default=None, name="created_at")
    updated: str | None = msgspec.field(default=None, name="updated_at")

    @property
    def created_at(self) -> datetime | None:
        """When it was created, UTC."""
        return parsed(self.created)

    @property
    def updated_at(self) -> datetime | None:
        """When it was last changed, UTC."""
        return parsed(self.updated)


class Agent(_Stored, frozen=True, kw_only=True):
    """A stored configuration of a voice agent, and labels of yours; *created* is absent in the answer that made it."""

    agent_id: str = ""
    config: dict[str, Any] = {}
    metadata: dict[str, str] = {}


class AgentsResponse(Response, frozen=True, kw_only=True):
    """The voice agents of a project."""

    agents: list[Agent] = []


class AgentVariable(_Stored, frozen=True, kw_only=True):
    """A value that configurations refer to by *key*, such as DG_GREETING."""

    variable_id: str = ""
    key: str = ""
    value: Any = None


class AgentVariablesResponse(Response, frozen=True, kw_only=True):
    """The variables of a project's voice agents."""

    variables: list[AgentVariable] = []
