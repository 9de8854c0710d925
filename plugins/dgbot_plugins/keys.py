"""Which keys there are, whose they are, and which of them deserve a look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from dgbot import (
    Command,
    Concern,
    Context,
    Finding,
    Help,
    LivingKey,
    Note,
    Reply,
    Table,
    Text,
    command,
    hookimpl,
    worth_a_look,
)

ROWS = 15
"""Keys that are shown unless all are asked for."""

COLUMNS = ("Key", "Name", "May", "Whose", "Lives")

_REMARKS = {
    Concern.ORPHAN: "no request",
    Concern.LEFT: "owner left",
    Concern.POWERFUL: "powerful",
    Concern.OLD: "old",
}


@command("keys", permission="keys.read", topic="Keys", repeat="safe", examples=("keys", "keys --mine"))
async def keys(
    ctx: Context,
    *,
    mine: Annotated[bool, Help("Only those that you asked for, or that are yours at Deepgram")] = False,
    all: Annotated[bool, Help(f"Every key, not the first {ROWS} alone")] = False,
) -> Reply:
    """List the API keys, those that deserve a look first."""
    review = await ctx.keys.review()
    shown = [key for key in review.keys if not mine or key.owner_id == ctx.principal.user_id]
    gone = [] if mine else [one for one in review.findings if one.concern is Concern.GONE]
    ids = {key.id for key in shown}
    found = [one for one in review.findings if one.key_id in ids] + gone
    rows = rows_of(shown, found, ctx.now)
    most = len(rows) if all else ROWS
    notes = [Note(note) for note in (review.holes, *review.notes) if note]
    parts = (
        *((Text(worth_a_look(found)),) if rows or found else ()),
        *(Text(f"{one.name or 'A key without a name'} (…{one.key_id[-4:]}) {one.told}.") for one in gone),
        *((Table(COLUMNS, rows[:most], more=max(0, len(rows) - most)),) if rows else ()),
        *notes,
    )
    count = f"{len(rows) or 'no'} {'key' if len(rows) == 1 else 'keys'}"
    return Reply(f"You have {count} in {ctx.project.name}" if mine else f"{ctx.project.name} has {count}", parts)


def rows_of(keys: Sequence[LivingKey], found: Collection[Finding], now: datetime) -> tuple[tuple[str, ...], ...]:
    """Return a row for each key: those with the gravest concern first, then by name."""
    order = list(Concern)
    concerns = {key.id: [one.concern for one in found if one.key_id == key.id] for key in keys}

    def grave(key: LivingKey) -> tuple[int, str, str]:
        return min(map(order.index, concerns[key.id]), default=len(order)), key.name.casefold(), key.id

    return tuple(_row(key, concerns[key.id], now) for key in sorted(keys, key=grave))


def _row(key: LivingKey, concerns: Collection[Concern], now: datetime) -> tuple[str, ...]:
    told = [_age(key, now), _end(key, now), *(_REMARKS[one] for one in concerns if one in _REMARKS)]
    mark = " 🔴" if Concern.ORPHAN in concerns else " 🟡" if concerns else ""
    name = f"{key.name or 'no name'}{' (the bot itself)' if key.own else ''}"
    may = ", ".join(key.scopes) or "nothing"
    return f"…{key.id[-4:]}", name, may if len(may) <= 100 else f"{may[:99]}…", key.owner, f"{', '.join(told)}{mark}"


def _age(key: LivingKey, now: datetime) -> str:
    if key.created_at is None:
        return "age not known"
    days = (now - key.created_at) // timedelta(days=1)
    return "made today" if days < 1 else f"{_days(days)} old"


def _end(key: LivingKey, now: datetime) -> str:
    if not key.end_told:
        return "end not known"
    if key.ends_at is None:
        return "no expiry"
    days = (key.ends_at - now) // timedelta(days=1)
    return "ends today" if days < 1 else f"ends in {_days(days)}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


@hookimpl
def dgbot_commands() -> list[Command]:
    return [keys]
