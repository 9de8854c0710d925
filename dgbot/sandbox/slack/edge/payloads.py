"""What the bot is sent when somebody does something: commands, interactions, events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgbot.sandbox.slack.world.contents import APP, BOT, DOMAIN, TEAM, Channel, Message, User, View
from dgbot.sandbox.slack.world.shapes import message_json, view_json

VERIFICATION = "local-verification-token"


def slash_command(
    user: User, channel: Channel, command: str, text: str, *, trigger_id: str, response_url: str
) -> dict[str, Any]:
    """Return the fields of a slash command's form."""
    return {
        "token": VERIFICATION,
        "api_app_id": APP,
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "enterprise_id": "",
        "enterprise_name": "",
        "channel_id": channel.channel_id,
        "channel_name": channel.name,
        "user_id": user.user_id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "response_url": response_url,
        "trigger_id": trigger_id,
        "is_enterprise_install": "false",
    }


def interaction(kind: str, user: User) -> dict[str, Any]:
    """Return what every interactive payload begins with."""
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": user.user_id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": APP,
        "token": VERIFICATION,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def event_callback(event: Mapping[str, Any], *, event_id: str, at: int) -> dict[str, Any]:
    """Wrap an event as the Events API does; *at* is in seconds."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "event": dict(event),
    }


def in_message(message: Message, channel: Channel, root: Message | None = None) -> dict[str, Any]:
    """Return the part of a payload that says in which message it happened; an ephemeral one is not shown."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place = {"container": container, "channel": {"id": channel.channel_id, "name": channel.name}}
    return place | ({"message": message_json(message, root)} if message.only_for is None else {})


def in_view(view: View) -> dict[str, Any]:
    """Return the part of a payload that says in which view it happened."""
    return {"container": {"type": "view", "view_id": view.view_id}, "view": view_json(view)}
