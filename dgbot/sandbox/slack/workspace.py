"""What is in the local Slack: people, channels, messages and views, and in which order they changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
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
    """One message as it stands now; *only_for* makes it ephemeral, *changed* is its place among all changes."""

    channel_id: str
    ts: str
    author: str
    text: str
    blocks: tuple[Block, ...] = ()
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: Mapping[str, Any] | None = None
    edited: str | None = None
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


class Workspace:
    """Everything in memory; each method that changes what somebody can see moves *sequence* by one."""

    def __init__(self, now: Callable[[], datetime], *, rng: random.Random, on_change: Callable[[], None]) -> None:
        self.sequence = 0
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Group] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._now, self._rng, self._on_change = now, rng, on_change
        self._last_ts = 0

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

    def new_id(self, prefix: str, length: int = 10) -> str:
        """Return a fresh id such as ``V0X2F1…``, drawn from the seed."""
        return prefix + "".join(self._rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=length))

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
    ) -> Message:
        """Put new text and blocks in the place of a message's old ones; metadata stays unless it is given."""
        edited = replace(
            message,
            text=text,
            blocks=self._named(blocks),
            metadata=message.metadata if metadata is None else metadata,
            edited=self.stamp(),
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

    def open_modal(self, user_id: str, content: Mapping[str, Any], *, push: bool = False) -> View:
        """Show a modal to a person: on top of the open ones, or instead of them."""
        below = self.modals.get(user_id, []) if push else []
        view = self._new_view(user_id, content, below=below)
        self.modals[user_id] = [*below, view]
        self._on_change()
        return view

    def publish_home(self, user_id: str, content: Mapping[str, Any]) -> View:
        """Show *content* as the person's Home tab."""
        shown = self.homes.get(user_id)
        view = self._new_view(user_id, content, below=())
        if shown is not None:
            view = replace(view, view_id=shown.view_id, root_id=shown.view_id)
        self.homes[user_id] = view
        self._on_change()
        return view

    def update_view(self, view: View, content: Mapping[str, Any]) -> View:
        """Put new content in the place of a view's old one; what was filled in stays where its block stays."""
        named = {**content, "blocks": list(self._named(content.get("blocks", ())))}
        kept = {block["block_id"] for block in named["blocks"]}
        return self._replace_view(
            replace(
                view,
                content=named,
                hash=self._new_hash(),
                state={block_id: values for block_id, values in view.state.items() if block_id in kept},
                errors={},
                changed=self._change(),
            )
        )

    def fill(self, view: View, state: Mapping[str, Mapping[str, Any]], errors: Mapping[str, str] | None = None) -> View:
        """Keep what a person filled in, and the errors shown beside it (block_id -> sentence)."""
        return self._replace_view(replace(view, state=state, errors=errors or {}, changed=self._change()))

    def close_modals(self, user_id: str, *, above: View | None = None) -> None:
        """Close *above* and what lies on top of it; without it, every modal of the person."""
        stack = self.modals.get(user_id, [])
        ids = [view.view_id for view in stack]
        cut = ids.index(above.view_id) if above is not None and above.view_id in ids else 0
        if above is not None and above.view_id not in ids:
            return
        self.modals[user_id] = stack[:cut]
        self._change()
        self._on_change()

    def open_modal_of(self, user_id: str) -> View | None:
        """Return the modal on top of a person's screen."""
        stack = self.modals.get(user_id)
        return stack[-1] if stack else None

    def view(self, view_id: str) -> View | None:
        """Return an open modal or a Home by its id."""
        return next((view for view in self._views() if view.view_id == view_id), None)

    def view_called(self, external_id: str) -> View | None:
        """Return an open modal or a Home by the external_id the bot gave it."""
        return next((view for view in self._views() if view.content.get("external_id") == external_id), None)

    def messages_for(self, user_id: str) -> list[Message]:
        """Return every message on a person's screen, in the order they were posted."""
        return [
            message
            for message in sorted(self.messages.values(), key=lambda message: message.ts)
            if message.only_for in (None, user_id)
            and (message.only_for == user_id or user_id in self.channels[message.channel_id].members)
        ]

    def views_for(self, user_id: str) -> list[View]:
        """Return the open modal (the one on top) and the Home of a person."""
        return [view for view in (self.open_modal_of(user_id), self.homes.get(user_id)) if view]

    def _views(self) -> list[View]:
        return [view for stack in self.modals.values() for view in stack] + list(self.homes.values())

    def _new_view(self, user_id: str, content: Mapping[str, Any], *, below: Sequence[View]) -> View:
        view_id = self.new_id("V0")
        return View(
            view_id=view_id,
            user_id=user_id,
            content={**content, "blocks": list(self._named(content.get("blocks", ())))},
            hash=self._new_hash(),
            root_id=below[0].view_id if below else view_id,
            previous_id=below[-1].view_id if below else None,
            changed=self._change(),
        )

    def _replace_view(self, view: View) -> View:
        if view.content.get("type") == "home":
            self.homes[view.user_id] = view
        else:
            stack = self.modals.get(view.user_id, [])
            self.modals[view.user_id] = [view if v.view_id == view.view_id else v for v in stack]
        self._on_change()
        return view

    def _named(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """Give blocks and elements the ids that the bot left out, as Slack does."""
        return tuple(self._named_block(block) for block in blocks)

    def _named_block(self, block: Block) -> Block:
        named: Block = {"block_id": self.new_id("", 5)} | block
        for part in ("accessory", "element"):
            if isinstance(block.get(part), dict):
                named[part] = self._named_element(block[part])
        if block.get("type") in ("actions", "context_actions"):
            named["elements"] = [self._named_element(element) for element in block["elements"]]
        return named

    def _named_element(self, element: dict[str, Any]) -> dict[str, Any]:
        return {"action_id": self.new_id("", 5)} | element if element.get("type") != "image" else element

    def _new_hash(self) -> str:
        return f"{int(self._now().timestamp())}.{self.new_id('', 8)}"

    def stamp(self) -> str:
        """Return sandbox time as Slack writes it, later than every stamp before."""
        self._last_ts = max(self._last_ts + 1, int(self._now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _change(self) -> int:
        self.sequence += 1
        return self.sequence
