"""The ``chat.*`` methods: post, edit, whisper, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dgbot.blockkit import check_blocks
from dgbot.sandbox.slack.edge.arguments import LONGEST_TEXT, Arguments, Method, Refused, pointed
from dgbot.sandbox.slack.world.shapes import message_json
from dgbot.sandbox.slack.world.workspace import BOT, DOMAIN, Block, Channel, Message, Workspace


@dataclass(frozen=True, slots=True)
class ChatMethods:
    """The methods over one workspace; *scopes* tells whether the bot may post where it is no member."""

    workspace: Workspace
    scopes: Callable[[], frozenset[str]]

    def all(self) -> Mapping[str, Method]:
        """Return the methods by their Slack name."""
        return {
            "chat.postMessage": self.post_message,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "chat.getPermalink": self.get_permalink,
        }

    def post_message(self, given: Arguments) -> dict[str, Any]:
        """Post to a channel, to a DM, or to a person (which opens the DM); a reply may be shown to the channel too."""
        channel = self._channel(given.needed("channel"))
        if BOT not in channel.members and "chat:write.public" not in self.scopes():
            raise Refused("not_in_channel")
        text, blocks = _content(given)
        thread_ts = self._thread(given, channel)
        message = self.workspace.post(
            channel.channel_id,
            BOT,
            text,
            blocks,
            thread_ts=thread_ts,
            metadata=_metadata(given),
            broadcast=thread_ts is not None and given.flag("reply_broadcast"),
        )
        return {"channel": channel.channel_id, "ts": message.ts, "message": self._shown(message)}

    def post_ephemeral(self, given: Arguments) -> dict[str, Any]:
        """Show a message to one person in a channel both are in."""
        channel = self._channel(given.needed("channel"))
        if BOT not in channel.members:
            raise Refused("not_in_channel")
        reader = given.needed("user")
        if reader not in channel.members:
            raise Refused("user_not_in_channel")
        text, blocks = _content(given)
        thread_ts = self._thread(given, channel)
        message = self.workspace.post(channel.channel_id, BOT, text, blocks, thread_ts=thread_ts, only_for=reader)
        return {"message_ts": message.ts}

    def update(self, given: Arguments) -> dict[str, Any]:
        """Edit a message of the bot's own; text without blocks takes the blocks away."""
        message = self._own_message(given, "cant_update_message")
        text, blocks = _content(given)
        broadcast = message.thread_ts is not None and given.flag("reply_broadcast")
        edited = self.workspace.edit(message, text, blocks, metadata=_metadata(given), broadcast=broadcast)
        return {"channel": edited.channel_id, "ts": edited.ts, "text": text, "message": self._shown(edited)}

    def delete(self, given: Arguments) -> dict[str, Any]:
        """Delete a message of the bot's own."""
        message = self._own_message(given, "cant_delete_message")
        self.workspace.delete(message)
        return {"channel": message.channel_id, "ts": message.ts}

    def get_permalink(self, given: Arguments) -> dict[str, Any]:
        """Return a message's address."""
        message = self._message(given, "message_ts")
        address = f"https://{DOMAIN}.slack.com/archives/{message.channel_id}/p{message.ts.replace('.', '')}"
        return {"channel": message.channel_id, "permalink": address}

    def _shown(self, message: Message) -> dict[str, Any]:
        return message_json(message, self.workspace.messages.get((message.channel_id, message.thread_ts or "")))

    def _channel(self, name: str) -> Channel:
        channel = self.workspace.channels.get(name) or self.workspace.channel_named(name)
        user = self.workspace.users.get(name)
        if channel is None and user is not None and not user.is_bot and not user.deleted:
            channel = self.workspace.direct_channel(user.user_id)
        if channel is None or (channel.is_private and BOT not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _thread(self, given: Arguments, channel: Channel) -> str | None:
        thread_ts = given.text("thread_ts") or None
        parent = self.workspace.messages.get((channel.channel_id, thread_ts)) if thread_ts else None
        if thread_ts and (parent is None or parent.only_for is not None):
            raise Refused("thread_not_found")
        return thread_ts

    def _message(self, given: Arguments, ts: str) -> Message:
        channel_id = given.needed("channel")
        if channel_id not in self.workspace.channels:
            raise Refused("channel_not_found")
        message = self.workspace.messages.get((channel_id, given.needed(ts)))
        if message is None or message.only_for is not None:
            raise Refused("message_not_found")
        return message

    def _own_message(self, given: Arguments, error: str) -> Message:
        message = self._message(given, "ts")
        if message.author != BOT:
            raise Refused(error)
        return message


def _content(given: Arguments) -> tuple[str, list[Block]]:
    blocks = given.parsed("blocks", list, "invalid_blocks_format") or []
    text = given.text("text")
    if not text.strip() and not blocks:
        raise Refused("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    problems = check_blocks(blocks)
    if problems:
        raise Refused("invalid_blocks", errors=[p.message for p in problems], **pointed(problems, "/blocks"))
    return text, blocks


def _metadata(given: Arguments) -> Mapping[str, Any] | None:
    metadata: Mapping[str, Any] | None = given.parsed("metadata", dict, "invalid_metadata_format")
    return metadata
