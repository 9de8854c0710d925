"""What the company has settled: who may do what, how long things wait, and which balance is watched."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from dgbot import PluginConfig
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.settings import Settings
from dgbot.testing.company import settings, tables
from tests.sim.people import BOB, EVERYBODY

GROUP = "SKEYAPPR1"
THRESHOLD = 100


@cache
def plugins() -> Plugins:
    return load_plugins(PluginConfig(_WATCHED))


_WATCHED: dict[str, dict[str, Any]] = {"balance-alert": {"rules": [{"threshold": THRESHOLD, "channel": "CALERTS01"}]}}


@cache
def terms(api_key: str, project_id: str) -> Settings:
    roles = {
        "developers": {"users": list(EVERYBODY), "may": ["keys.request", "usage.read"]},
        "admins": {"users": [BOB], "may": ["alerts.write"]},
        "key-approvers": {"groups": [GROUP]},
    }
    approvals = {
        "request_lasts": timedelta(minutes=10),
        "approval_lasts": timedelta(minutes=12),
        "remind_after": timedelta(minutes=4),
        "rules": [{"longer_than": timedelta(days=8), "yes": 2}],
        "commands": ["balance-alert set"],
        "break_glass": ["key-approvers"],
    }
    given = tables(
        {"roles": roles, "approvals": approvals, "alerts": {"every": timedelta(minutes=4)}, "plugins": _WATCHED},
        may=["keys.revoke"],
        slack={"bot_token": "xoxb-1", "app_token": "xapp-1"},
        deepgram={"api_key": api_key, "project": project_id},
    )
    return settings(given)
