"""The workspace: its people, channels and messages, beside the views that lie open before its people."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dgbot.sandbox.slack.world.contents import (
    APP,
    BOT,
    BOT_ID,
    DOMAIN,
    SLACKBOT,
    TEAM,
    Block,
    Channel,
    Group,
    Message,
    User,
    View,
)
from dgbot.sandbox.slack.world.elements import State
from dgbot.sandbox.slack.world.screens import Screens

__all__ = [
    "APP",
    "BOT",
    "BOT_ID",
    "DOMAIN",
    "SLACKBOT",
    "TEAM",
    "Block",
    "Channel",
    "Group",
    "Message",
    "User",
    "View",
    "Workspace",
]


class Workspace(Screens):
    """Everything in memory; each method that changes what somebody can see moves *sequence* by one."""

    def __init__(self, now: Callable[[], datetime], *, rng: random.Random, on_change: Callable[[], None]) -> None:
        super().__init__(now, rng=rng, on_change=on_change)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Group] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self._choices: dict[tuple[str, str, str], State] = {}

    @property
    def bot_name(self) -> str:
        """What the bot is called."""
        return self.users[BOT].name

    def names(self) -> dict[str, str]:
        """Return how each id is shown: ``@alice``, ``#ops``, ``@key-approvers``."""
        people = {user.user_id: f"@{user.name}" for user in self.users.values()}
        rooms = {one.channel_id: f"#{one.name}" for one in self.channels.values() if one.partner is None}
        return people | rooms | {group.group_id: f"@{group.handle}" for group in self.groups.values()}

    def channel_named(self, name: str) -> Channel | None:
        """Return the channel called *name*, with or without its ``#``."""
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == wanted and c.partner is None), None)

    def direct_channel(self, user_id: str) -> Channel:
        """Return the DM between the bot and *user_id*, opened on first use."""
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(
                channel_id, "directmessage", (user_id, BOT), is_private=True, partner=user_id
            )
        return self.channels[channel_id]

    def post(
        self,
        channel_id: str,
        author: str,
        text: str,
        blocks: Sequence[Block] = (),
        *,
        thread_ts: str | None = None,
        only_for: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        broadcast: bool = False,
    ) -> Message:
        """Add a message at the end of a channel; its ts is sandbox time, unique by its microseconds."""
        message = Message(
            channel_id=channel_id,
            ts=self.stamp(),
            author=author,
            text=text,
            blocks=self._named(blocks),
            thread_ts=thread_ts,
            only_for=only_for,
            metadata=metadata,
            broadcast=broadcast,
            changed=self._change(),
        )
        self.messages[channel_id, message.ts] = message
        self._on_change()
        return message

    def edit(
        self,
        message: Message,
        text: str,
        blocks: Sequence[Block],
        *,
        metadata: Mapping[str, Any] | None = None,
        broadcast: bool = False,
    ) -> Message:
        """Put new text and blocks in the place of a message's old ones; metadata stays unless it is given."""
        edited = replace(
            message,
            text=text,
            blocks=self._named(blocks),
            metadata=message.metadata if metadata is None else metadata,
            edited=self.stamp(),
            broadcast=message.broadcast or broadcast,
            changed=self._change(),
        )
        self.messages[message.channel_id, message.ts] = edited
        self._on_change()
        return edited

    def delete(self, message: Message) -> None:
        """Take a message away; deleting it again changes nothing."""
        if self.messages.pop((message.channel_id, message.ts), None):
            self._change()
            self._on_change()

    def choices(self, user_id: str, message: Message) -> State:
        """Return what this person filled in or chose in a message, which nobody else sees."""
        return self._choices.get((user_id, message.channel_id, message.ts), {})

    def choose(self, user_id: str, message: Message, state: State) -> None:
        """Keep what this person filled in or chose in a message; it is no news to anybody."""
        self._choices[user_id, message.channel_id, message.ts] = state

    def messages_for(self, user_id: str) -> list[Message]:
        """Return every message on a person's screen, in the order they were posted."""
        return [
            message
            for message in sorted(self.messages.values(), key=lambda message: message.ts)
            if message.only_for in (None, user_id)
            and (message.only_for == user_id or user_id in self.channels[message.channel_id].members)
        ]
