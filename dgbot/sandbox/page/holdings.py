"""What Deepgram's console would show of each project; no part of any key's secret is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.holdings import Key
from dgbot.sandbox.deepgram.world.usage import Slice, slices
from dgbot.sandbox.deepgram.world.world import Project

WEEK = timedelta(days=6)


def holdings(deepgram: LocalDeepgram, now: datetime) -> dict[str, Any]:
    """Return the projects with their money, keys, people and the usage of today and of seven days up to today."""
    return {"projects": [_project(one, now, deepgram.api_key) for one in deepgram.world.projects.values()]}


def _project(project: Project, now: datetime, bots: str) -> dict[str, Any]:
    used = list(_used(project, now))
    return {
        "id": project.project_id,
        "name": project.name,
        "balances": [
            {"id": one.balance_id, "amount": f"{one.amount:.2f}", "units": one.units} for one in project.balances(now)
        ],
        "left": f"{project.left(now):.2f}",
        "keys": [_key(project, one, now, bots) for one in project.keys.values()],
        "members": [
            {"id": one.member_id, "email": one.email, "role": one.role, "keys": _made(project, one.member_id)}
            for one in project.members.values()
        ],
        "invites": [{"email": one.email, "role": one.scope} for one in project.invites.values()],
        "usage": {
            "today": _sum(one for one in used if one.day == now.date()),
            "week": _sum(used),
        },
    }


def _key(project: Project, key: Key, now: datetime, bots: str) -> dict[str, Any]:
    owner = project.members.get(key.member_id)
    return {
        "id": key.api_key_id,
        "comment": key.comment,
        "scopes": list(key.scopes),
        "owner": "" if owner is None else owner.email,
        "created": key.created.timestamp(),
        "expires": None if key.expires is None else key.expires.timestamp(),
        "lives": key.lives(now),
        "bots": key.secret == bots,
    }


def _made(project: Project, member_id: str) -> int:
    return sum(key.member_id == member_id for key in project.keys.values())


def _used(project: Project, now: datetime) -> Iterable[Slice]:
    first = (now - WEEK).date()
    yield from slices(project.workloads, project.seed, max(first, project.founded.date()), now.date(), until=now)
    yield from (one for one in project.days if first <= one.day <= now.date())


def _sum(used: Iterable[Slice]) -> dict[str, Any]:
    """Requests are counted as Deepgram's usage report does: those for speech stand beside them."""
    hours = requests = speeches = spent = Decimal(0)
    for one in used:
        hours, spent = hours + one.hours, spent + one.dollars
        requests, speeches = requests + one.requests, speeches + one.speeches
    return {"hours": f"{hours:.1f}", "requests": int(requests), "speeches": int(speeches), "spent": f"{spent:.2f}"}
