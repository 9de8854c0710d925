"""Who and what is in the company, for the page's lists and its completion of commands."""

from __future__ import annotations

from functools import cache
from typing import Any

from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.slack.people import KNOWN_COMMANDS
from dgbot.sandbox.slack.workspace import Workspace


def company(workspace: Workspace) -> dict[str, Any]:
    """Return the people, channels and groups, and every command with its usage as the bot's help has it."""
    return {
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
            {"command": slash, **told}
            for slash in sorted(KNOWN_COMMANDS)
            for told in (*_commands(), {"name": "help", "usage": "help", "summary": "Show what you may do."})
        ],
    }


@cache
def _commands() -> tuple[dict[str, str], ...]:
    """Read the installed plugins, which declare the commands; one that is broken costs the completion alone."""
    try:
        commands = load_plugins(PluginConfig()).commands
    except PluginError:
        return ()
    return tuple({"name": one.name, "usage": one.usage, "summary": one.summary} for one in commands)
