"""Who and what is in the company, for the page's lists and its completion of commands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.botsettings import PEOPLE
from dgbot.sandbox.page.house import House
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.world.workspace import Workspace

HELP = {"name": "help", "usage": "help", "summary": "Show what you may do.", "needs": "", "examples": ("help",)}


def company(workspace: Workspace, app: App, commands: Iterable[Command], rules: House) -> dict[str, Any]:
    """Return people, channels, groups, what the *app* has, and each of *commands* with its usage as help has it.

    Of each person it is told who they are, and what the *rules* let them do: None if nobody knows.
    """
    told = [
        {"name": one.name, "usage": one.usage, "summary": one.summary}
        | {"needs": one.permission, "examples": one.examples}
        for one in commands
    ]
    return {
        "home_tab": app.home_tab,
        "messages_read_only": app.messages_read_only,
        "people": [
            {"id": one.user_id, "name": one.name, "guest": one.is_restricted, "bot": one.is_bot}
            | {"about": PEOPLE.get(one.name, ""), "may": _may(one.user_id, rules)}
            for one in workspace.users.values()
        ],
        "channels": [
            {"id": one.channel_id, "name": one.name, "private": one.is_private}
            for one in workspace.channels.values()
            if one.partner is None
        ],
        "groups": [{"id": one.group_id, "handle": one.handle} for one in workspace.groups.values()],
        "commands": [{"command": slash, **one} for slash in sorted(app.commands) for one in (HELP, *told)],
    }


def _may(user_id: str, rules: House) -> list[str] | None:
    return None if rules.may is None else sorted(rules.may.get(user_id, ()))


@cache
def installed_commands() -> tuple[Command, ...]:
    """Read the installed plugins, which declare the commands; one that is broken costs the completion alone."""
    try:
        return tuple(load_plugins(PluginConfig()).commands)
    except PluginError:
        return ()
