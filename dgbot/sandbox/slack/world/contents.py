"""The things that a Slack workspace is made of, each a value: people, channels, groups, messages, views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BOT, SLACKBOT = "UDGBOT001", "USLACKBOT"
TEAM, DOMAIN, APP, BOT_ID = "TACME0001", "acme", "ADGBOT001", "BDGBOT001"

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot of the workspace; *is_restricted* is a guest."""

    user_id: str
    name: str
    email: str
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    team_id: str = TEAM
    tz: str = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; *partner* is the person at the other end of a DM with the bot."""

    channel_id: str
    name: str
    members: tuple[str, ...]
    is_private: bool = False
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, such as @key-approvers."""

    group_id: str
    handle: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now; *changed* is its place among all changes.

    *only_for* makes it ephemeral; *broadcast* shows a reply to the whole channel too.
    """

    channel_id: str
    ts: str
    author: str
    text: str
    blocks: tuple[Block, ...] = ()
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: Mapping[str, Any] | None = None
    edited: str | None = None
    broadcast: bool = False
    changed: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab of one person; *content* is what the bot sent, *state* what the person filled in."""

    view_id: str
    user_id: str
    content: Mapping[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    changed: int = 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks the bot sent, each with a block_id."""
        return tuple(self.content.get("blocks", ()))
