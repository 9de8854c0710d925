"""What the page tells of a bot that is not ours: nobody has a role, and its commands are those of its manifest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dgbot.sandbox.page.company import company
from dgbot.sandbox.page.house import House
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.world.workspace import Workspace


def another(workspace: Workspace, app: App) -> dict[str, Any]:
    """Return the company as ``company`` does; *alone* says that neither bot nor Deepgram is looked after here."""
    told = company(workspace, app, (), House(None, timedelta()))
    people = [
        one | {"about": "a guest, in #general alone" if one["guest"] else "", "guest": False} for one in told["people"]
    ]
    commands = [
        {"command": one.command, "name": "", "usage": f" {one.usage_hint}".rstrip(), "summary": one.description}
        | {"needs": "", "examples": ()}
        for one in app.commands.values()
    ]
    return told | {"alone": True, "people": people, "commands": commands}
