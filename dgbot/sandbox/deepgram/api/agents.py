"""The operations on what voice agents share: configurations that are stored, and variables in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import bad_request, invalid_json, unknown
from dgbot.sandbox.deepgram.wire import read_json, rfc3339
from dgbot.sandbox.deepgram.world.holdings import Agent, Variable


def list_agents(call: Call) -> Json:
    """Every configuration of the project."""
    return {"agents": [_agent(agent) for agent in call.project.agents.values()]}


def get_agent(call: Call) -> Json:
    """One configuration."""
    return _agent(_named_agent(call))


def create_agent(call: Call) -> Json:
    """A new configuration, which arrives as text and is an object from then on."""
    config = _config(call.text_field("config"))
    made = Agent(call.world.new_id(), config, _metadata(call, required=False), call.now, call.now)
    call.project.agents[made.agent_id] = made
    shown = _agent(made)
    return {name: shown[name] for name in ("agent_id", "config", "metadata")}


def update_agent(call: Call) -> Json:
    """Other metadata in place of the former; a configuration itself never changes."""
    changed = replace(_named_agent(call), metadata=_metadata(call, required=True), updated=call.now)
    call.project.agents[changed.agent_id] = changed
    return _agent(changed)


def delete_agent(call: Call) -> Json:
    """Forget a configuration."""
    del call.project.agents[_named_agent(call).agent_id]
    return {}


def list_variables(call: Call) -> Json:
    """Every variable of the project."""
    return {"variables": [_variable(variable) for variable in call.project.variables.values()]}


def get_variable(call: Call) -> Json:
    """One variable."""
    return _variable(_named_variable(call))


def create_variable(call: Call) -> Json:
    """A new variable, whose name nobody has in the project."""
    key, value = call.text_field("key"), _value(call)
    if any(variable.key == key for variable in call.project.variables.values()):
        raise bad_request(f"key: '{key}' is the name of another variable.")
    made = Variable(call.world.new_id(), key, value, call.now, call.now)
    call.project.variables[made.variable_id] = made
    return _variable(made)


def update_variable(call: Call) -> Json:
    """Another value."""
    changed = replace(_named_variable(call), value=_value(call), updated=call.now)
    call.project.variables[changed.variable_id] = changed
    return _variable(changed)


def delete_variable(call: Call) -> Json:
    """Forget a variable."""
    del call.project.variables[_named_variable(call).variable_id]
    return {}


def _config(text: str) -> object:
    try:
        config = read_json(text.encode())
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise bad_request("config: must be the text of a JSON object.")
    return config


def _metadata(call: Call, *, required: bool) -> dict[str, str]:
    given = call.fields().get("metadata")
    if given is None and required:
        raise invalid_json(f"missing field `metadata` {call.place()}")
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(value, str) for value in given.values()):
        raise invalid_json(f"invalid type: expected a map of strings for `metadata` {call.place()}")
    return dict(given)


def _value(call: Call) -> object:
    if "value" not in call.fields():
        raise invalid_json(f"missing field `value` {call.place()}")
    read = read_json(call.raw)
    return read["value"] if isinstance(read, dict) else None


def _named_agent(call: Call) -> Agent:
    found = call.project.agents.get(call.parts["agent"])
    if found is None:
        raise unknown("agent", "An")
    return found


def _named_variable(call: Call) -> Variable:
    found = call.project.variables.get(call.parts["variable"])
    if found is None:
        raise unknown("agent variable", "An")
    return found


def _agent(agent: Agent) -> Json:
    return {
        "agent_id": agent.agent_id,
        "config": agent.config,
        "metadata": agent.metadata,
        "created_at": rfc3339(agent.created),
        "updated_at": rfc3339(agent.updated),
    }


def _variable(variable: Variable) -> Json:
    return {
        "variable_id": variable.variable_id,
        "key": variable.key,
        "value": variable.value,
        "created_at": rfc3339(variable.created),
        "updated_at": rfc3339(variable.updated),
    }
