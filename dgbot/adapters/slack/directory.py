"""People and user groups as Slack knows them, one look-up at a time, remembered for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack.failures import UNREACHABLE, code
from dgbot.domain.ports import DirectoryUnavailable, Person


class SlackDirectory:
    """Asks ``users.info`` and ``usergroups.users.list``; never pages through a whole workspace."""

    def __init__(
        self, client: AsyncWebClient, team_id: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._team_id = team_id
        self._monotonic = monotonic
        self._people: dict[str, tuple[float, Person]] = {}
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        """Return what Slack says about *user_id*; raises DirectoryUnavailable."""
        known = self._people.get(user_id)
        if known is not None and self._is_fresh(known[0], max_age):
            return known[1]
        try:
            answer = await self._client.users_info(user=user_id)
        except SlackApiError as error:
            if code(error) == "user_not_found":
                return Person(user_id, "someone", full=False)
            raise DirectoryUnavailable(f"users.info: {code(error)}") from None
        except UNREACHABLE as error:
            raise DirectoryUnavailable(f"users.info: {type(error).__name__}") from None
        person = self._read(user_id, answer["user"])
        self._people[user_id] = (self._monotonic(), person)
        return person

    async def names(self, user_ids: set[str]) -> dict[str, str]:
        """Return display names for drawing; who can't be looked up is "someone"."""
        names: dict[str, str] = {}
        for user_id in sorted(user_ids):
            try:
                names[user_id] = (await self.person(user_id, max_age=timedelta(days=1))).name
            except DirectoryUnavailable:
                names[user_id] = "someone"
        return names

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        """Return those of the groups *among* that *user_id* is in; raises DirectoryUnavailable."""
        return frozenset([group for group in among if user_id in await self._members(group, max_age)])

    async def _members(self, group_id: str, max_age: timedelta) -> frozenset[str]:
        known = self._groups.get(group_id)
        if known is not None and self._is_fresh(known[0], max_age):
            return known[1]
        try:
            answer = await self._client.usergroups_users_list(usergroup=group_id)
            members = frozenset(answer["users"])
        except SlackApiError as error:
            if code(error) != "no_such_subteam":
                raise DirectoryUnavailable(f"usergroups.users.list {group_id}: {code(error)}") from None
            members = frozenset()  # a group that was deleted has nobody in it
        except UNREACHABLE as error:
            raise DirectoryUnavailable(f"usergroups.users.list: {type(error).__name__}") from None
        self._groups[group_id] = (self._monotonic(), members)
        return members

    def _is_fresh(self, asked_at: float, max_age: timedelta) -> bool:
        return self._monotonic() - asked_at <= max_age.total_seconds()

    def _read(self, user_id: str, user: dict[str, Any]) -> Person:
        profile = user.get("profile") or {}
        name = profile.get("display_name") or user.get("name") or profile.get("real_name") or "someone"
        kept_out = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_app_user")
        at_home = user.get("team_id", self._team_id) == self._team_id
        return Person(user_id, name, full=at_home and not any(user.get(flag) for flag in kept_out))
