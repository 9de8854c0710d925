"""Who and what there is: ``users.*``, ``usergroups.*``, ``conversations.*``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgbot.sandbox.slack.edge.arguments import Arguments, Method, Refused
from dgbot.sandbox.slack.edge.reading import whole_number
from dgbot.sandbox.slack.world.shapes import channel_json, group_json, user_json
from dgbot.sandbox.slack.world.workspace import BOT, Channel, User, Workspace

MOST_IN_A_PAGE = 1000
SCOPE_OF: Mapping[str, str] = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


@dataclass(frozen=True, slots=True)
class DirectoryMethods:
    """The methods over one workspace; *scopes* tells whether e-mail addresses and which conversations are shown."""

    workspace: Workspace
    scopes: Callable[[], frozenset[str]]

    def all(self) -> Mapping[str, Method]:
        """Return the methods by their Slack name."""
        return {
            "users.info": self.user,
            "users.list": self.users,
            "users.lookupByEmail": self.user_by_email,
            "usergroups.list": self.groups,
            "usergroups.users.list": self.group_members,
            "conversations.info": self.channel,
            "conversations.list": self.channels,
            "conversations.members": self.channel_members,
            "conversations.open": self.direct,
        }

    def user(self, given: Arguments) -> dict[str, Any]:
        """Return one person."""
        user = self.workspace.users.get(given.needed("user"))
        if user is None:
            raise Refused("user_not_found")
        return {"user": self._shown(user)}

    def users(self, given: Arguments) -> dict[str, Any]:
        """Return everybody, deleted ones and bots too, *limit* at a time (100)."""
        return _page("members", [self._shown(user) for user in self.workspace.users.values()], given)

    def user_by_email(self, given: Arguments) -> dict[str, Any]:
        """Return the person with this e-mail address; deleted ones are not found."""
        email = given.needed("email").casefold()
        user = next((u for u in self.workspace.users.values() if u.email.casefold() == email), None)
        if user is None or user.deleted:
            raise Refused("users_not_found")
        return {"user": self._shown(user)}

    def groups(self, given: Arguments) -> dict[str, Any]:
        """Return every user group, with its members if *include_users* is set."""
        with_users = given.flag("include_users")
        return {"usergroups": [group_json(one, with_users=with_users) for one in self.workspace.groups.values()]}

    def group_members(self, given: Arguments) -> dict[str, Any]:
        """Return the ids of a group's members."""
        group = self.workspace.groups.get(given.needed("usergroup"))
        if group is None:
            raise Refused("no_such_subteam")
        return {"users": list(group.members)}

    def channel(self, given: Arguments) -> dict[str, Any]:
        """Return one conversation the bot can see."""
        return {"channel": channel_json(self._channel(given))}

    def channel_members(self, given: Arguments) -> dict[str, Any]:
        """Return the ids of a conversation's members, *limit* at a time (100)."""
        return _page("members", self._channel(given).members, given)

    def channels(self, given: Arguments) -> dict[str, Any]:
        """Return the conversations of *types* (public ones) that the bot can see, *limit* at a time (100)."""
        types = frozenset((given.text("types") or "public_channel").split(","))
        if not types <= set(SCOPE_OF):
            raise Refused("invalid_types")
        for wanted in types:
            self._allow(wanted)
        seen = [
            channel_json(channel)
            for channel in self.workspace.channels.values()
            if _type(channel) in types and (not channel.is_private or BOT in channel.members)
        ]
        return _page("channels", seen, given)

    def direct(self, given: Arguments) -> dict[str, Any]:
        """Open the DM with one person; group DMs are not built here."""
        channel_id = given.text("channel")
        if channel_id:
            if channel_id not in self.workspace.channels:
                raise Refused("channel_not_found")
            return {"channel": {"id": channel_id}}
        asked = given.get("users") or ""
        user_ids = [str(one) for one in (asked if isinstance(asked, list) else str(asked).split(",")) if one]
        if len(user_ids) != 1:
            raise Refused("not_enough_users" if not user_ids else "too_many_users")
        user = self.workspace.users.get(user_ids[0])
        if user is None:
            raise Refused("user_not_found")
        if user.is_bot:
            raise Refused("cannot_dm_bot")
        if user.deleted:
            raise Refused("user_disabled")
        already = f"D{user.user_id[1:]}" in self.workspace.channels
        channel = self.workspace.direct_channel(user.user_id)
        shape = channel_json(channel) if given.flag("return_im") else {"id": channel.channel_id}
        return {"channel": shape, "no_op": already, "already_open": already}

    def _channel(self, given: Arguments) -> Channel:
        channel = self.workspace.channels.get(given.needed("channel"))
        if channel is None or (channel.is_private and BOT not in channel.members):
            raise Refused("channel_not_found")
        self._allow(_type(channel))
        return channel

    def _allow(self, kind: str) -> None:
        if SCOPE_OF[kind] not in self.scopes():
            raise Refused("missing_scope", needed=SCOPE_OF[kind], provided=",".join(sorted(self.scopes())))

    def _shown(self, user: User) -> dict[str, Any]:
        shape = user_json(user)
        if "users:read.email" not in self.scopes():
            shape["profile"].pop("email", None)
        return shape


def _type(channel: Channel) -> str:
    if channel.partner is not None:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _page(name: str, items: Sequence[Any], given: Arguments) -> dict[str, Any]:
    limit = whole_number(given.text("limit") or "100")
    start = whole_number(given.text("cursor").removeprefix("from:") or "0")
    if limit is None or not 1 <= limit <= MOST_IN_A_PAGE:
        raise Refused("invalid_limit")
    if start is None:
        raise Refused("invalid_cursor")
    end = start + limit
    more = f"from:{end}" if end < len(items) else ""
    return {name: list(items[start:end]), "response_metadata": {"next_cursor": more}}
