"""Which keys there are, whose they are, and which of them deserve a look."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from dgbot import (
    Buttons,
    Command,
    Concern,
    Confirm,
    Context,
    Finding,
    Help,
    LivingKey,
    Note,
    Part,
    Reply,
    Table,
    Text,
    command,
    hookimpl,
    run_button,
    worth_a_look,
)

ROWS = 15
"""Keys that are shown unless all are asked for."""

WITH_BUTTONS = 5
"""Keys that deserve a look and get buttons; further ones are rows like the rest."""

_ONE_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")

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
    ranked = _ranked(shown, found)
    worrying = [key for key in ranked if not key.own and key.id in {one.key_id for one in found}][:WITH_BUTTONS]
    rows = tuple(_row(key, found, ctx.now) for key in ranked if key not in worrying)
    most = len(rows) if all else ROWS
    notes = [Note(note) for note in (review.holes, *review.notes) if note]
    parts = (
        *((Text(worth_a_look(found)),) if shown or found else ()),
        *(Text(f"{one.name or 'A key without a name'} (…{one.key_id[-4:]}) {one.told}.") for one in gone),
        *(part for key in worrying for part in _with_buttons(key, _row(key, found, ctx.now))),
        *((Table(COLUMNS, rows[:most], more=max(0, len(rows) - most)),) if rows else ()),
        *notes,
    )
    count = f"{len(shown) or 'no'} {'key' if len(shown) == 1 else 'keys'}"
    return Reply(f"You have {count} in {ctx.project.name}" if mine else f"{ctx.project.name} has {count}", parts)


def _ranked(keys: Sequence[LivingKey], found: Collection[Finding]) -> list[LivingKey]:
    """Return *keys*, those with the gravest concern first, then by name."""
    order = list(Concern)

    def grave(key: LivingKey) -> tuple[int, str, str]:
        return min(map(order.index, _concerns(key, found)), default=len(order)), key.name.casefold(), key.id

    return sorted(keys, key=grave)


def _concerns(key: LivingKey, found: Collection[Finding]) -> list[Concern]:
    return [one.concern for one in found if one.key_id == key.id]


def _with_buttons(key: LivingKey, row: Sequence[str]) -> tuple[Part, ...]:
    """A key as a line, with what one would do about it; a click is refused in words if one may not."""
    tail, name, may, whose, lives = row
    line = Text(f"{name} ({tail}) · {may} · {whose} · {lives}")
    if not _ONE_WORD.fullmatch(key.id):
        return (line,)
    lasts = "It may what the old one may, and the old one works until you end it."
    sure = Confirm(
        "Ask for a new key in its place?", f"{name} ({tail}): others decide on it. {lasts}", "Ask", "Not now"
    )
    rotate = run_button("Rotate…", f"rotate-key {key.id}", confirm=sure)
    return line, Buttons((rotate, run_button("Revoke…", f"revoke-key {key.id}")))


def _row(key: LivingKey, found: Collection[Finding], now: datetime) -> tuple[str, ...]:
    concerns = _concerns(key, found)
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
