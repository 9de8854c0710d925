"""Voice agents' configurations and their variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, deletion, path
from dgbot.deepgram.options.checks import check_words
from dgbot.deepgram.responses.agents import Agent, AgentsResponse, AgentVariable, AgentVariablesResponse
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.wire import agents as wire


def get_agents(project_id: str) -> Operation[AgentsResponse]:
    """List a project's voice agents."""
    return Operation("GET", path("projects/{project_id}/agents", project_id), wire.agents)


def get_agent(project_id: str, agent_id: str) -> Operation[Agent]:
    """Fetch one voice agent."""
    return Operation("GET", path("projects/{project_id}/agents/{agent_id}", project_id, agent_id), wire.agent)


def create_agent(
    project_id: str, config: str | Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> Operation[Agent]:
    """Store a voice agent's configuration, given as JSON text or as what it means, with labels of yours.

    It can't be changed later, only deleted. It is sent again only if no byte of it can have left.
    """
    text = config if isinstance(config, str) else _json("config", config)
    check_words("config", text)
    new = body({"config": text, "metadata": None if metadata is None else _labels(metadata)})
    return Operation("POST", path("projects/{project_id}/agents", project_id), wire.agent, body=new)


def update_agent(project_id: str, agent_id: str, metadata: Mapping[str, str]) -> Operation[Agent]:
    """Replace a voice agent's labels; its configuration stays as it is."""
    return Operation(
        "PUT",
        path("projects/{project_id}/agents/{agent_id}", project_id, agent_id),
        wire.agent,
        body=body({"metadata": _labels(metadata)}),
    )


def delete_agent(project_id: str, agent_id: str) -> Operation[Message]:
    """Delete a voice agent's configuration; what runs with it can't start again."""
    return deletion("projects/{project_id}/agents/{agent_id}", project_id, agent_id)


def get_agent_variables(project_id: str) -> Operation[AgentVariablesResponse]:
    """List the variables of a project's voice agents."""
    return Operation("GET", path("projects/{project_id}/agent-variables", project_id), wire.agent_variables)


def get_agent_variable(project_id: str, variable_id: str) -> Operation[AgentVariable]:
    """Fetch one variable."""
    return Operation(
        "GET", path("projects/{project_id}/agent-variables/{variable_id}", project_id, variable_id), wire.agent_variable
    )


def create_agent_variable(project_id: str, key: str, value: object) -> Operation[AgentVariable]:
    """Create a variable *key*, named DG_SOMETHING, with a value that is anything that JSON can hold.

    It is sent again only if no byte of it can have left.
    """
    check_words("key", key)
    _json("value", value)
    new = {**body({"key": key}), "value": value}
    return Operation("POST", path("projects/{project_id}/agent-variables", project_id), wire.agent_variable, body=new)


def update_agent_variable(project_id: str, variable_id: str, value: object) -> Operation[AgentVariable]:
    """Give a variable another value."""
    _json("value", value)
    return Operation(
        "PATCH",
        path("projects/{project_id}/agent-variables/{variable_id}", project_id, variable_id),
        wire.agent_variable,
        body={"value": value},
    )


def delete_agent_variable(project_id: str, variable_id: str) -> Operation[Message]:
    """Delete a variable."""
    return deletion("projects/{project_id}/agent-variables/{variable_id}", project_id, variable_id)


def _json(name: str, value: object) -> str:
    try:
        json.dumps(value, allow_nan=False)  # what would arrive as null
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass
    raise DeepgramOptionsError(f"{name}: it is nothing that JSON can hold.")


def _labels(metadata: object) -> dict[str, str]:
    if isinstance(metadata, Mapping):
        labels = dict(metadata)
        if all(isinstance(name, str) and isinstance(text, str) for name, text in labels.items()):
            return labels
    raise DeepgramOptionsError("metadata: it is not a mapping of texts to texts.")
