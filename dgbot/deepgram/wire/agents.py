"""Voice agents and their variables."""

from __future__ import annotations

from dgbot.deepgram.responses.agents import Agent, AgentsResponse, AgentVariable, AgentVariablesResponse
from dgbot.deepgram.wire.reading import decoder, read, read_one

_AGENT = decoder(Agent)
_AGENTS = decoder(AgentsResponse)
_VARIABLE = decoder(AgentVariable)
_VARIABLES = decoder(AgentVariablesResponse)


def agents(body: bytes) -> AgentsResponse:
    """A list of agents."""
    return read(_AGENTS, body)


def agent(body: bytes) -> Agent:
    """One agent, which must have an id."""
    return read_one(_AGENT, body, "agent_id")


def agent_variables(body: bytes) -> AgentVariablesResponse:
    """A list of variables."""
    return read(_VARIABLES, body)


def agent_variable(body: bytes) -> AgentVariable:
    """One variable, which must have an id."""
    return read_one(_VARIABLE, body, "variable_id")
