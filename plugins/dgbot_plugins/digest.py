"""A channel hears once a day or a week what the project spent, and for how long the balance lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dgbot import (
    Button,
    Buttons,
    Channel,
    Choices,
    Command,
    Confirm,
    Context,
    Digest,
    Every,
    Help,
    Kind,
    Mention,
    Note,
    Part,
    Reply,
    Rhythm,
    Text,
    Unfit,
    UsageError,
    command,
    hookimpl,
    run_button,
)
from dgbot_plugins._channels import channel_of, heard_in
from dgbot_plugins._lists import Page, leaf_of
from dgbot_plugins._names import first_free, name_reader

READS = "usage.read"
WRITES = "alerts.write"

MORNING = time(9)
MONDAY = 0

MOST = 16
"""Digests that are shown, each in three blocks; a message holds 50."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TIME = re.compile(r"([0-9]|[01][0-9]|2[0-3])(?::([0-5][0-9]))?")


def read_weekday(text: str) -> int:
    """Return ``friday`` or ``fri`` as its number, 0 for Monday, or raise Unfit."""
    found = [number for number, day in enumerate(DAYS) if len(text) > 2 and day.startswith(text.lower())]
    if not found:
        raise Unfit("is not a day of the week such as friday.")
    return found[0]


def read_time(text: str) -> time:
    """Return ``9:00``, ``09:00`` or ``17`` as a time of day, or raise Unfit."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise Unfit("is not a time of day such as 9:00 or 17:30.")
    return time(int(found[1]), int(found[2] or 0))


def read_zone(text: str) -> str:
    """Return an IANA time zone, or raise Unfit."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unfit("is not a time zone such as Europe/Berlin.") from None
    return text


def _write_time(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


DigestName = Annotated[str, Kind("a digest's name, such as daily", name_reader("a digest", "daily"), "name")]
TimeOfDay = Annotated[time, Kind("a time of day such as 9:00", read_time, "9:00", _write_time)]
Zone = Annotated[str, Kind("a time zone such as Europe/Berlin", read_zone, "Europe/Berlin")]
Weekday = Annotated[int, Kind("a day of the week such as friday", read_weekday, "friday", DAYS.__getitem__, DAYS)]


@command(
    "digest set",
    permission=WRITES,
    topic="Usage and spend",
    repeat="safe",
    examples=("digest set day", "digest set week --on friday --at 16:30 --zone Europe/Berlin --channel #ops"),
)
async def set_digest(
    ctx: Context,
    every: Annotated[Every, Help("A day's spending each day, or a week's once a week")],
    *,
    on: Annotated[Weekday | None, Help("On which day of the week; monday")] = None,
    at: Annotated[TimeOfDay | None, Choices("8:00", "9:00", "12:00", "17:00"), Help("At what time; 9:00")] = None,
    zone: Annotated[Zone | None, Help("In which time zone; yours")] = None,
    channel: Annotated[Channel | None, Help("Who hears it; usually the channel where you type")] = None,
    name: Annotated[DigestName | None, Help("To have several for one channel")] = None,
) -> Reply:
    """Tell a channel regularly what was spent, by what, and for how long the balance lasts."""
    if on is not None and every is Every.DAY:
        raise UsageError(f'on: "{DAYS[on]}" does not go with day; write digest set week --on {DAYS[on]}.')
    known = {one.name: one for one in await ctx.digests.all()}
    if name in known:
        channel = channel or Channel(known[name].channel_id)
    told = channel or Channel(ctx.channel_id)
    name = name or _usual_name(known, told.id, every)
    before = known.get(name)
    own = "" if zone or before else await ctx.digests.zone()
    rhythm = Rhythm(
        every,
        on if on is not None else before.rhythm.weekday if before else MONDAY,
        at or (before.rhythm.at if before else MORNING),
        zone or (before.rhythm.zone if before else own or "UTC"),
    )
    kept = await ctx.digests.put(name, told.id, rhythm)
    guessed = not (zone or before or own)
    doubt = [Note("Slack does not tell your time zone, so this is UTC; give one with --zone.")] if guessed else []
    was = f"was {before.rhythm}" if before else "new"
    return Reply(
        (f"{ctx.project.name}: ", heard_in(ctx, told), f" hears its spending {kept.rhythm}"),
        (Note(f"Digest {name} · {was}"), *doubt, Buttons((_shown_now(every),))),
    )


@command("digest list", permission=READS, topic="Usage and spend", repeat="safe", examples=("digest list",))
async def list_digests(ctx: Context, *, page: Annotated[Page, Help("Of many, which page")] = 1) -> Reply:
    """Show which digests there are, when they come and where."""
    digests = await ctx.digests.all()
    if not digests:
        return Reply(f"{ctx.project.name} has no digest", (Note("Set one: /deepgram digest set day"),))
    parts, leaf = list[Part](), leaf_of(digests, page, most=MOST, again="digest list")
    for one in leaf.shown:
        hears = "This channel" if one.channel_id == ctx.channel_id else "That channel"
        sure = Confirm("Remove this digest?", f"{hears} hears no more of it.", "Remove it", "Keep it")
        end = run_button("Remove", f"digest remove {one.name}", confirm=sure)
        parts += [
            Text(
                (
                    f"{one.name}: tells ",
                    channel_of(ctx, one.channel_id),
                    f" {one.rhythm} · by ",
                    Mention(one.created_by),
                )
            ),
            Buttons((_shown_now(one.rhythm.every), end)),
        ]
    count = "one digest" if len(digests) == 1 else f"{len(digests)} digests"
    return Reply(f"{ctx.project.name} has {count}", (*parts, *leaf.foot))


@command(
    "digest now",
    permission=READS,
    topic="Usage and spend",
    repeat="safe",
    examples=("digest now", "digest now week"),
)
async def show_digest(
    ctx: Context, every: Annotated[Every, Help("Of the latest day, or of seven")] = Every.DAY
) -> Reply:
    """Show you alone what a digest would tell now."""
    return await ctx.digests.now(every)


async def find_removed(ctx: Context, name: DigestName) -> Reply | None:
    """After a restart: whether the digest is gone."""
    if any(one.name == name for one in await ctx.digests.all()):
        return None
    return Reply(f"{ctx.project.name} has no digest {name} now", (Note("The bot restarted while removing it."),))


@command(
    "digest remove",
    permission=WRITES,
    topic="Usage and spend",
    resume=find_removed,
    examples=("digest remove daily",),
)
async def remove_digest(ctx: Context, name: DigestName) -> Reply:
    """Tell a channel no more."""
    known = {one.name: one for one in await ctx.digests.all()}
    if name not in known:
        fits = f"its digests: {', '.join(known)}." if known else "it has none."
        raise UsageError(f'name: "{name}" is not a digest of {ctx.project.name}; {fits}')
    await ctx.digests.remove(name)
    return Reply(f"{ctx.project.name}: its digest {name} is removed", (Note(f"It came {known[name].rhythm}."),))


def _usual_name(known: Mapping[str, Digest], channel_id: str, every: Every) -> str:
    """Return the name of the digest that the channel has of this kind, else the first one that is free."""
    for one in known.values():
        if (one.channel_id, one.rhythm.every) == (channel_id, every):
            return one.name
    usual = "weekly" if every is Every.WEEK else "daily"
    return first_free(usual, known)


def _shown_now(every: Every) -> Button:
    return run_button("Show now", f"digest now {every}")


@hookimpl
def dgbot_commands() -> list[Command]:
    return [set_digest, list_digests, show_digest, remove_digest]
