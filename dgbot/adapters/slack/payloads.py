"""Slack's payloads as deliveries: only what the bot needs of them, all of it text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dgbot.domain.deliveries import Delivery

ACTION_PREFIX = "dg:"
"""Every button of ours has the action id ``dg:<verb>``, every form the callback id ``dg:<verb>``."""


def of_command(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A slash command."""
    payload = {
        "user_id": body["user_id"],
        "channel_id": body["channel_id"],
        "text": body.get("text", ""),
        "answer_to": body.get("response_url", ""),
        "trigger_id": body.get("trigger_id", ""),
    }
    return Delivery(delivery_id, _occasion(body, delivery_id), "command", now, payload)


def of_click(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A click on a button, in a message or in a modal."""
    action = body["actions"][0]
    payload = {
        "user_id": body["user"]["id"],
        "channel_id": (body.get("channel") or {}).get("id", ""),
        "verb": action["action_id"].removeprefix(ACTION_PREFIX),
        "value": str(action.get("value", "")),
        "answer_to": body.get("response_url", ""),
        "trigger_id": body.get("trigger_id", ""),
    }
    return Delivery(delivery_id, _occasion(body, delivery_id), "click", now, payload)


def of_form(body: Mapping[str, Any], delivery_id: str, now: datetime) -> Delivery:
    """A submitted modal; its inputs are named by their action ids."""
    view = body["view"]
    payload = {
        "user_id": body["user"]["id"],
        "verb": view["callback_id"].removeprefix(ACTION_PREFIX),
        "value": view.get("private_metadata", ""),
        "trigger_id": body.get("trigger_id", ""),
        **_inputs(view.get("state") or {}),
    }
    return Delivery(delivery_id, _occasion(body, delivery_id), "form", now, payload)


def _inputs(state: Mapping[str, Any]) -> dict[str, str]:
    blocks = (state.get("values") or {}).values()
    return {name: str(field.get("value") or "") for block in blocks for name, field in block.items()}


def _occasion(body: Mapping[str, Any], delivery_id: str) -> str:
    """What makes the event unique, whichever way and however often it came."""
    return f"trigger:{body['trigger_id']}" if body.get("trigger_id") else f"delivery:{delivery_id}"
