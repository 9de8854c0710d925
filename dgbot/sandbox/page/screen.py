"""What one person's screen holds, as the page is told."""

from __future__ import annotations

from typing import Any

from dgbot.sandbox.slack.world.contents import Channel, Message, View
from dgbot.sandbox.slack.world.shapes import message_state, state_values
from dgbot.sandbox.slack.world.workspace import Workspace


def snapshot(workspace: Workspace, who: str) -> dict[str, Any]:
    """Return the conversations, the open modals (the one on top last) and the Home of the person called *who*.

    Blocks and texts are as the bot sent them. Of everybody else's screen it is told how new the newest message of each
    conversation is, and nothing of what it says. KeyError if there is nobody of that name.
    """
    user_id = next((one.user_id for one in workspace.users.values() if one.name == who and not one.is_bot), None)
    if user_id is None:
        raise KeyError(f"There is nobody called {who!r} here.")
    rooms = {
        one.channel_id: _room(one, workspace.bot_name) for one in workspace.channels.values() if user_id in one.members
    }
    for message in workspace.messages_for(user_id):
        rooms[message.channel_id]["messages"].append(
            _message(message) | {"state": message_state(message, workspace.choices(user_id, message))}
        )
    home = workspace.homes.get(user_id)
    return {
        "who": who,
        "user_id": user_id,
        "channels": list(rooms.values()),
        "modals": [_view(view) for view in workspace.modals.get(user_id, ())],
        "home": _view(home) if home else None,
        "mark": workspace.sequence,
        "newest": _newest(workspace),
    }


def _newest(workspace: Workspace) -> dict[str, dict[str, int]]:
    """By person and conversation, the number of the latest change to a message that this person can see."""
    newest: dict[str, dict[str, int]] = {one.name: {} for one in workspace.users.values() if not one.is_bot}
    names = {one.user_id: one.name for one in workspace.users.values() if one.name in newest}
    for message in workspace.messages.values():
        members = workspace.channels[message.channel_id].members
        for reader in members if message.only_for is None else (message.only_for,):
            if reader in names:
                latest = newest[names[reader]]
                latest[message.channel_id] = max(latest.get(message.channel_id, 0), message.changed)
    return newest


def _room(channel: Channel, bot_name: str) -> dict[str, Any]:
    direct = channel.partner is not None
    return {
        "id": channel.channel_id,
        "name": bot_name if direct else channel.name,
        "direct": direct,
        "private": channel.is_private,
        "members": len(channel.members),
        "messages": [],
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "author": message.author,
        "text": message.text,
        "blocks": list(message.blocks),
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "broadcast": message.broadcast,
        "only_for_you": message.only_for is not None,
        "changed": message.changed,
    }


def _view(view: View) -> dict[str, Any]:
    content = view.content
    return {
        "view_id": view.view_id,
        **{part: content.get(part) for part in ("title", "submit", "close")},
        "blocks": list(view.blocks),
        "state": state_values(view),
        "errors": dict(view.errors),
        "changed": view.changed,
    }
