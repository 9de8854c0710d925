"""What the demo's bot is told about its company: an environment built from nothing, and a settings file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

Mode = Literal["socket", "http"]

PEOPLE = {
    "alice": "a developer: reads usage, asks for keys",
    "bob": "approves keys",
    "carol": "an administrator: invites, revokes, sets alerts, and approves keys too",
    "gina": "a guest, only in #general",
}
"""Who is who, as the roles below and the local Slack have it."""


def environment(
    *,
    mode: Mode,
    folder: Path,
    slack_origin: str,
    bot_token: str,
    app_token: str,
    signing_secret: str,
    deepgram_origin: str,
    deepgram_key: str,
    clock_url: str,
    port: int,
) -> dict[str, str]:
    """Return the whole environment of the bot's process; *port* is where its own web server listens.

    Nothing of the caller's environment gets in but PATH, so that no real token can reach the demo.
    """
    door = {"SLACK_APP_TOKEN": app_token} if mode == "socket" else {"SLACK_SIGNING_SECRET": signing_secret}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "SLACK_BOT_TOKEN": bot_token,
        **door,
        "DEEPGRAM_API_KEY": deepgram_key,
        "DEEPGRAM_HOST": deepgram_origin,
        "DGBOT_SLACK__BASE_URL": f"{slack_origin}/api/",
        "DGBOT_CLOCK_URL": clock_url,
        "DGBOT_WEB__PORT": str(port),
        "DGBOT_DATABASE__URL": f"sqlite:///{folder / 'dgbot.db'}",
        "DGBOT_CONFIG": str(folder / "dgbot.toml"),
    }


def settings_text(project: str, *, may: Iterable[str] = (), plugins: Path | None = None) -> str:
    """Return the ``dgbot.toml`` of the demo's company, for the Deepgram project of that id.

    The admins *may* all that besides what they may anyway; *plugins* is a directory of drop-ins.
    """
    rights = sorted({*_ADMINS, *may})
    written = _SETTINGS.replace("PROJECT", project).replace('"ADMINS"', ", ".join(map(json.dumps, rights)))
    return written if plugins is None else f"plugin_directory = {json.dumps(str(plugins))}\n\n{written}"


_ADMINS = ("members.write", "keys.request", "keys.read", "keys.revoke", "usage.read", "alerts.write", "approvals.read")

_SETTINGS = """\
[deepgram]
project = "PROJECT"

[roles.developers]
users = ["UALICE001"]
may = ["usage.read", "keys.request"]

[roles.admins]
users = ["UCAROL001"]
may = ["ADMINS"]

[roles.key-approvers]
groups = ["SKEYAPPR1"]
may = ["usage.read"]

[approvals]
channel = "CKEYAPPR1"
approvers = "key-approvers"

[alerts]
channel = "COPS00001"

[plugins.balance-alert]
rules = [{threshold = 50, channel = "CALERTS01"}]
"""
