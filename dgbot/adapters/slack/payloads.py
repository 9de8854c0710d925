"""Slack's payloads as deliveries: only what the bot needs of them, all of it text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dgbot.adapters.slack.forms import SentForm
from dgbot.domain.deliveries import Delivery
from dgbot.domain.replies import RUN

ACTION_PREFIX = "dg:"
"""Our buttons have the action id ``dg:<verb>`` or ``dg:<verb>#<n>``, our forms the callback id ``dg:<verb>``."""


def of_command(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A slash command."""
    payload = {
        "user_id": body["user_id"],
        "channel_id": body["channel_id"],
        "text": _text(body, "text"),
        "answer_to": _text(body, "response_url"),
        "trigger_id": _text(body, "trigger_id"),
    }
    return Delivery(delivery_id, _occasion(payload, delivery_id), "command", now, payload)


def of_click(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A click on a button or a pick from a menu, in a message or in a modal; if it types a line, that line, typed."""
    action = body["actions"][0]
    verb = action["action_id"].removeprefix(ACTION_PREFIX).partition("#")[0]
    value = _text(action, "value") or _text(action.get("selected_option"), "value")
    payload = {
        "user_id": body["user"]["id"],
        "channel_id": _text(body.get("channel"), "id"),
        "verb": verb,
        "value": value,
        "answer_to": _text(body, "response_url"),
        "trigger_id": _text(body, "trigger_id"),
        "view_id": _text(body.get("view"), "id"),
        "view_hash": _text(body.get("view"), "hash"),
    }
    if verb == RUN and value.strip():
        where = _text(body.get("container"), "message_ts") or payload["view_id"]
        line = payload | {"text": value, "button": f"{payload['channel_id']}:{where}:{value}"}
        return Delivery(delivery_id, _occasion(payload, delivery_id), "command", now, line)
    return Delivery(delivery_id, _occasion(payload, delivery_id), "click", now, payload)


def of_form(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A submitted modal; its inputs are named by their action ids."""
    view = body["view"]
    payload = {
        **_inputs(view.get("state") or {}),
        "user_id": body["user"]["id"],
        "verb": view["callback_id"].removeprefix(ACTION_PREFIX),
        "value": _text(view, "private_metadata"),
        "trigger_id": _text(body, "trigger_id"),
    }
    return Delivery(delivery_id, _occasion(payload, delivery_id), "form", now, payload)


def of_command_form(form: SentForm, line: str, body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A command whose words were filled in; *line* is what one would have typed. One form asks once.

    There is no response_url for a form: the answer goes to the channel where the command was typed.
    """
    user_id = body["user"]["id"]
    payload = {
        "user_id": user_id,
        "channel_id": form.channel_id,
        "text": line,
        "command": form.filled.command,
        "texts": dict(form.filled.texts),
        "answer_to": f"{form.channel_id}:{user_id}" if form.channel_id else "",
    }
    return Delivery(delivery_id, f"form:{_text(body['view'], 'id') or delivery_id}", "command", now, payload)


def _inputs(state: Mapping[str, Any]) -> dict[str, str]:
    blocks = (state.get("values") or {}).values()
    return {name: _text(field, "value") for block in blocks for name, field in block.items()}


def _text(holder: Any, name: str) -> str:
    """Return a text that Slack sent; empty for whatever else stands there."""
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return found if isinstance(found, str) else ""


def _occasion(payload: Mapping[str, str], delivery_id: str) -> str:
    """What makes the event unique, whichever way and however often it came."""
    return f"trigger:{payload['trigger_id']}" if payload["trigger_id"] else f"delivery:{delivery_id}"
