"""Who and what is in the company, for the page's lists and its completion of commands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.people.person import KNOWN_COMMANDS
from dgbot.sandbox.slack.world.workspace import Workspace


def company(workspace: Workspace, app: App, commands: Iterable[Command]) -> dict[str, Any]:
    """Return people, channels, groups, what the *app* has, and each of *commands* with its usage as help has it."""
    told = [{"name": one.name, "usage": one.usage, "summary": one.summary} for one in commands]
    return {
        "home_tab": app.home_tab,
        "people": [
            {"id": one.user_id, "name": one.name, "guest": one.is_restricted, "bot": one.is_bot}
            for one in workspace.users.values()
        ],
        "channels": [
            {"id": one.channel_id, "name": one.name, "private": one.is_private}
            for one in workspace.channels.values()
            if one.partner is None
        ],
        "groups": [{"id": one.group_id, "handle": one.handle} for one in workspace.groups.values()],
        "commands": [
            {"command": slash, **one}
            for slash in sorted(KNOWN_COMMANDS)
            for one in (*told, {"name": "help", "usage": "help", "summary": "Show what you may do."})
        ],
    }


@cache
def installed_commands() -> tuple[Command, ...]:
    """Read the installed plugins, which declare the commands; one that is broken costs the completion alone."""
    try:
        return tuple(load_plugins(PluginConfig()).commands)
    except PluginError:
        return ()
