"""People and user groups as Slack knows them, one look-up at a time, remembered for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack.failures import UNREACHABLE, UNREADABLE, code
from dgbot.domain.ports import DirectoryUnavailable, Person

_KEPT_OUT: Final = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_app_user")
_NOBODY_HERE: Final = frozenset({"user_not_found", "user_not_visible"})
_NOT_ABOUT_THEM: Final = "{}: the answer is not about the person who was asked for"


class SlackDirectory:
    """Asks for one person or one group at a time; never pages through a whole workspace."""

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
            if code(error) in _NOBODY_HERE:
                return Person(user_id, "someone", full=False, email="")
            raise DirectoryUnavailable(f"users.info: {code(error)}") from None
        except (*UNREACHABLE, *UNREADABLE) as error:
            raise DirectoryUnavailable(f"users.info: {type(error).__name__}") from None
        person = self._read(answer.data, "users.info")
        if person.user_id != user_id:
            raise DirectoryUnavailable(_NOT_ABOUT_THEM.format("users.info"))
        self._people[user_id] = (self._monotonic(), person)
        return person

    async def by_email(self, email: str) -> Person | None:
        """Return the person with this address, asked anew each time; raises DirectoryUnavailable.

        Needs the scope ``users:read.email``. Slack finds no deactivated accounts, so None means no active one.
        """
        try:
            answer = await self._client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            if code(error) == "users_not_found":
                return None
            raise DirectoryUnavailable(f"users.lookupByEmail: {code(error)}") from None
        except (*UNREACHABLE, *UNREADABLE) as error:
            raise DirectoryUnavailable(f"users.lookupByEmail: {type(error).__name__}") from None
        return self._read(answer.data, "users.lookupByEmail")

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
            members = _members(answer.data)
        except SlackApiError as error:
            if code(error) != "no_such_subteam":
                raise DirectoryUnavailable(f"usergroups.users.list {group_id}: {code(error)}") from None
            members = frozenset()  # a group that was deleted has nobody in it
        except (*UNREACHABLE, *UNREADABLE) as error:
            raise DirectoryUnavailable(f"usergroups.users.list: {type(error).__name__}") from None
        self._groups[group_id] = (self._monotonic(), members)
        return members

    def _is_fresh(self, asked_at: float, max_age: timedelta) -> bool:
        return self._monotonic() - asked_at <= max_age.total_seconds()

    def _read(self, answer: Any, method: str) -> Person:
        """Return the person whom *answer* describes; one that leaves anything open that matters tells nothing."""
        user = answer.get("user") if isinstance(answer, dict) else None
        if not isinstance(user, dict) or not all(isinstance(user.get(name), str) for name in ("id", "team_id")):
            raise DirectoryUnavailable(_NOT_ABOUT_THEM.format(method))
        flags = [user.get(flag, False) for flag in _KEPT_OUT]
        if not all(isinstance(flag, bool) for flag in flags):
            raise DirectoryUnavailable(f"{method}: the answer does not say who is a guest")
        full = user["team_id"] == self._team_id and not any(flags)
        profile = user["profile"] if isinstance(user.get("profile"), dict) else {}
        names = (profile.get("display_name"), user.get("name"), profile.get("real_name"))
        return Person(user["id"], _text(*names) or "someone", full, _text(profile.get("email")), _text(user.get("tz")))


def _text(*values: object) -> str:
    return next((value for value in values if value and isinstance(value, str)), "")


def _members(answer: Any) -> frozenset[str]:
    users = answer.get("users") if isinstance(answer, dict) else None
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise DirectoryUnavailable("usergroups.users.list: the answer names no members")
    return frozenset(users)
