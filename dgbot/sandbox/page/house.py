"""The rules of the house: what the bot's settings let each person do, and how often it looks around."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from dgbot.sandbox.slack.world.workspace import Workspace
from dgbot.settings.sections import AlertSettings, RoleSettings


@dataclass(frozen=True, slots=True)
class House:
    """*may* holds permissions by a person's id; it is None where the settings can't be read, and nobody knows."""

    may: dict[str, frozenset[str]] | None
    every: timedelta


def house(settings: str, workspace: Workspace) -> House:
    """Read what the bot is told in *settings*, the text of its file; somebody may have written nonsense there."""
    try:
        tables = tomllib.loads(settings)
        roles = [RoleSettings.model_validate(one) for one in tables.get("roles", {}).values()]
        every = AlertSettings.model_validate(tables.get("alerts", {})).every
    except (tomllib.TOMLDecodeError, ValidationError, AttributeError):
        return House(None, AlertSettings().every)
    return House({one: _may(one, roles, workspace) for one, user in workspace.users.items() if not user.is_bot}, every)


def _may(user_id: str, roles: list[Any], workspace: Workspace) -> frozenset[str]:
    groups = {one.group_id for one in workspace.groups.values() if user_id in one.members}
    held = (one.may for one in roles if user_id in one.users or groups & one.groups)
    return frozenset().union(*held)
