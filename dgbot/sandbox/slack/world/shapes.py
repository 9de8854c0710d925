"""How Slack writes messages, views, people and channels as JSON, in answers and in payloads alike."""

from __future__ import annotations

from typing import Any

from dgbot.sandbox.slack.world.contents import (
    APP,
    BOT,
    BOT_ID,
    TEAM,
    Channel,
    Group,
    Message,
    User,
    View,
)
from dgbot.sandbox.slack.world.elements import State, initial_state


def message_json(message: Message, root: Message | None = None) -> dict[str, Any]:
    """Return a message as ``chat.postMessage`` answers it and ``block_actions`` carries it.

    *root* is what a reply answers; one that is shown to the whole channel carries it.
    """
    shape: dict[str, Any] = {
        "type": "message",
        "user": message.author,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM,
    }
    if message.author == BOT:
        shape |= {"bot_id": BOT_ID, "app_id": APP}
    if message.blocks:
        shape["blocks"] = list(message.blocks)
    if message.thread_ts:
        shape["thread_ts"] = message.thread_ts
    if message.broadcast:
        shape |= {"subtype": "thread_broadcast"} | ({"root": message_json(root)} if root else {})
    if message.metadata:
        shape["metadata"] = dict(message.metadata)
    if message.edited:
        shape["edited"] = {"user": message.author, "ts": message.edited}
    return shape


def view_json(view: View) -> dict[str, Any]:
    """Return a view with its ids, its hash and ``state.values``."""
    content = view.content
    shape: dict[str, Any] = {
        "id": view.view_id,
        "team_id": TEAM,
        "type": content.get("type", "modal"),
        "blocks": list(view.blocks),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": state_values(view)},
        "hash": view.hash,
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }
    return shape | {part: content.get(part) for part in ("title", "close", "submit")}


def state_values(view: View) -> dict[str, dict[str, Any]]:
    """Return a view's ``state.values``: what the bot preset, under what the person filled in."""
    values = initial_state(view.blocks)
    for block_id, filled in view.state.items():
        values[block_id] = values.get(block_id, {}) | dict(filled)
    return values


def message_state(message: Message, choices: State) -> dict[str, dict[str, Any]]:
    """Return a message's ``state.values``: what the bot preset, under those of *choices* that still have a place."""
    values = initial_state(message.blocks)
    for block_id, held in values.items():
        for action_id, value in held.items():
            chosen = choices.get(block_id, {}).get(action_id)
            if chosen is not None and chosen["type"] == value["type"]:
                held[action_id] = dict(chosen)
    return values


def user_json(user: User) -> dict[str, Any]:
    """Return a person as ``users.info`` does; ``profile.email`` included."""
    return {
        "id": user.user_id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.name.capitalize(),
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": 0,
        "profile": {
            "real_name": user.name.capitalize(),
            "display_name": user.name,
            **({"email": user.email} if user.email else {}),
            "team": user.team_id,
        },
    }


def channel_json(channel: Channel) -> dict[str, Any]:
    """Return a conversation as ``conversations.info`` does, seen by the bot."""
    if channel.partner is not None:
        return {"id": channel.channel_id, "is_im": True, "user": channel.partner, "is_archived": False}
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": False,
        "is_member": BOT in channel.members,
        "num_members": len(channel.members),
        "context_team_id": TEAM,
    }


def group_json(group: Group, *, with_users: bool) -> dict[str, Any]:
    """Return a user group; its members only if asked for, as Slack does."""
    shape: dict[str, Any] = {
        "id": group.group_id,
        "team_id": TEAM,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "date_delete": 0,
        "user_count": len(group.members),
    }
    return shape | ({"users": list(group.members)} if with_users else {})
