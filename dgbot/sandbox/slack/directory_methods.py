"""Who and what there is: ``users.*``, ``usergroups.*``, ``conversations.*``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgbot.sandbox.slack.arguments import Arguments, Method, Refused
from dgbot.sandbox.slack.shapes import channel_json, group_json, user_json
from dgbot.sandbox.slack.workspace import BOT, Channel, Workspace


@dataclass(frozen=True, slots=True)
class DirectoryMethods:
    """The methods over one workspace."""

    workspace: Workspace

    def all(self) -> Mapping[str, Method]:
        """Return the methods by their Slack name."""
        return {
            "users.info": self.user,
            "users.lookupByEmail": self.user_by_email,
            "usergroups.list": self.groups,
            "usergroups.users.list": self.group_members,
            "conversations.info": self.channel,
            "conversations.members": self.channel_members,
            "conversations.open": self.direct,
        }

    def user(self, given: Arguments) -> dict[str, Any]:
        """Return one person."""
        user = self.workspace.users.get(given.needed("user"))
        if user is None:
            raise Refused("user_not_found")
        return {"user": user_json(user)}

    def user_by_email(self, given: Arguments) -> dict[str, Any]:
        """Return the person with this e-mail address; deleted ones are not found."""
        email = given.needed("email").casefold()
        user = next((u for u in self.workspace.users.values() if u.email.casefold() == email), None)
        if user is None or user.deleted:
            raise Refused("users_not_found")
        return {"user": user_json(user)}

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
        return _page(self._channel(given).members, given)

    def direct(self, given: Arguments) -> dict[str, Any]:
        """Open the DM with one person; group DMs are not built here."""
        channel_id = given.text("channel")
        if channel_id:
            if channel_id not in self.workspace.channels:
                raise Refused("channel_not_found")
            return {"channel": {"id": channel_id}}
        user_ids = [user_id for user_id in given.text("users").split(",") if user_id]
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
        return channel


def _page(members: Sequence[str], given: Arguments) -> dict[str, Any]:
    limit, cursor = given.text("limit") or "100", given.text("cursor").removeprefix("from:") or "0"
    if not limit.isdigit() or int(limit) < 1:
        raise Refused("invalid_limit")
    if not cursor.isdigit():
        raise Refused("invalid_cursor")
    end = int(cursor) + int(limit)
    more = f"from:{end}" if end < len(members) else ""
    return {"members": list(members[int(cursor) : end]), "response_metadata": {"next_cursor": more}}
