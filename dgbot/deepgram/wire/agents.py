"""Voice agents and their variables."""

from __future__ import annotations

from dgbot.deepgram.responses.agents import Agent, AgentsResponse, AgentVariable, AgentVariablesResponse
from dgbot.deepgram.wire.reading import decoder, missing, read

_AGENT = decoder(Agent)
_AGENTS = decoder(AgentsResponse)
_VARIABLE = decoder(AgentVariable)
_VARIABLES = decoder(AgentVariablesResponse)


def agents(body: bytes) -> AgentsResponse:
    """A list of agents."""
    return read(_AGENTS, body)


def agent(body: bytes) -> Agent:
    """One agent, which must have an id."""
    answer = read(_AGENT, body)
    if not answer.agent_id:
        raise missing("agent_id")
    return answer


def agent_variables(body: bytes) -> AgentVariablesResponse:
    """A list of variables."""
    return read(_VARIABLES, body)


def agent_variable(body: bytes) -> AgentVariable:
    """One variable, which must have an id."""
    answer = read(_VARIABLE, body)
    if not answer.variable_id:
        raise missing("variable_id")
    return answer
