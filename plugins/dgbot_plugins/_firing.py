"""What fires now, all of it or that of one rule or channel; and what nobody can see, which is not the same as fine."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from dgbot import (
    Alert,
    Buttons,
    Channel,
    Context,
    Help,
    Kind,
    Note,
    Part,
    Piece,
    Reply,
    Severity,
    Text,
    Unseen,
    UsageError,
    command,
    run_button,
    typed_word,
)
from dgbot_plugins._channels import channels
from dgbot_plugins._lists import Page, leaf_of
from dgbot_plugins._standing import checked, too_early

MOST = 12
"""Alerts that are shown with their buttons, each in three blocks; a message holds 50."""

MOST_LINES = 40
"""Alerts of a page that shows more of them, a line each."""

MOST_UNSEEN = 5
"""Rules that can't be measured and are named."""

MOST_NAMED = 8

RANKS = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)

AnyRule = Annotated[str, Kind("a rule's name, such as low-balance", str.strip, "name")]


@command(
    "alerts",
    permission="usage.read",
    topic="Alerts",
    repeat="safe",
    examples=("alerts", "alerts --rule low-balance"),
)
async def alerts(
    ctx: Context,
    *,
    rule: Annotated[AnyRule | None, Help("Only those of this rule")] = None,
    channel: Annotated[Channel | None, Help("Only those that are told in this channel")] = None,
    page: Annotated[Page, Help("Of many, which page")] = 1,
) -> Reply:
    """What fires now, and who looks after it."""
    everything, all_unseen = await ctx.alerts.firing(), await ctx.alerts.unseen()
    if rule is not None:
        await _check(ctx, rule, everything, all_unseen)
    firing = sorted((one for one in everything if _wanted(one, rule, channel)), key=_place)
    unseen = [one for one in all_unseen if rule in {None, one.rule.name}]
    if not firing:
        return await _calm(ctx, unseen, of_all=not (everything or rule or channel))
    stale = (Note((*_unseen(unseen), ": alerts show the last value")),) if unseen else ()
    count = "One alert fires" if len(firing) == 1 else f"{len(firing)} alerts fire"
    top = f"{count}: {rule}" if rule else count
    if len(firing) <= MOST:
        return Reply(top, (*stale, *(part for one in firing for part in _whole(ctx, one))))
    return Reply(top, (*stale, *_page(ctx, firing, page, rule, channel)))


async def _check(ctx: Context, rule: str, firing: Sequence[Alert], unseen: Sequence[Unseen]) -> None:
    """Refuse the name of a rule that there isn't."""
    rules = [*await ctx.rules.all(), *(one.rule for one in firing), *(one.rule for one in unseen)]
    known = {one.name for one in rules}
    if rule in known:
        return
    near = difflib.get_close_matches(rule, known, n=1)
    named = ", ".join(sorted(known)[:MOST_NAMED])
    fits = f"did you mean {near[0]}?" if near else f"there are {named}." if named else "there is none."
    raise UsageError(f'rule: "{rule[:60]}" is no rule of {ctx.project.name}; {fits}')


def _place(one: Alert) -> tuple[int, str, datetime, str]:
    """Return what it is sorted by: the worst first, of those the ones of one rule together."""
    return -RANKS.index(one.severity), one.rule.name, one.state.opened.since, one.headline


def _wanted(one: Alert, rule: str | None, channel: Channel | None) -> bool:
    return rule in {None, one.rule.name} and (channel is None or channel.id in _told_in(one))


def _told_in(one: Alert) -> Sequence[str]:
    """Return the channels that have a message of it; of what nobody heard of yet, those that its rule may tell."""
    places = one.told.places if one.told.incident_id == one.state.opened.id else ()
    return [*dict.fromkeys(place.channel_id for place in places)] or one.rule.channels


async def _calm(ctx: Context, unseen: Sequence[Unseen], *, of_all: bool) -> Reply:
    """Say that nothing fires, but only as surely as the bot knows."""
    if unseen:
        return Reply(("🟡 Nothing is known to fire: ", *_unseen(unseen)), (Note("Alerts keep their last state"),))
    if not of_all:
        return Reply("🟢 None of them fires", (Note("What fires of all rules: /deepgram alerts"),))
    rules = await ctx.rules.all()
    if not rules:
        hint = (Note("Set an alert: /deepgram balance-alert set 50"),) if ctx.may("alerts.write") else ()
        return Reply(f"⚪ Nothing fires, for nothing watches {ctx.project.name}", hint)
    active = [one for one in rules if not one.paused_by]
    states = {one.name: await ctx.rules.standing(one.name) for one in active}
    new = [one for one in active if not checked(states[one.name])]
    early = [one for one in new if too_early(states[one.name])]
    waiting = [one.name for one in active if any(state.breaches for state in states[one.name])]
    notes = [f"{_rules(len(active))} {ctx.project.name}"] if active else []
    notes += [f"{len(rules) - len(active)} paused"] if len(active) < len(rules) else []
    notes += [f"{len(new) - len(early)} not checked yet"] if len(new) > len(early) else []
    notes += [f"{len(early)} with too little to go by yet"] if early else []
    unknown = "no value was seen yet" if early else "nothing was checked yet"
    top = "🟢 Nothing fires" if len(new) < len(active) else f"⏳ Nothing is known to fire: {unknown}"
    if waiting:
        more = f" and {len(waiting) - MOST_NAMED} more" if len(waiting) > MOST_NAMED else ""
        top = f"⏳ Nothing fires yet: {', '.join(waiting[:MOST_NAMED])}{more} would, if it stays as it is"
        notes.append("/deepgram alerts rules tells until when")
    return Reply(top if active else "⚪ Nothing fires, for every rule is paused", (Note(" · ".join(notes)),))


def _rules(count: int) -> str:
    return "1 rule watches" if count == 1 else f"{count} rules watch"


def _unseen(unseen: Sequence[Unseen]) -> tuple[Piece, ...]:
    """Say which rules can't be measured, and since when."""
    since = {one.rule.name: one.since for one in sorted(unseen, key=lambda one: one.since, reverse=True)}
    named = sorted(since.items())[:MOST_UNSEEN]
    if len(since) == 1:
        (name, at), *_ = named
        things = f" in {len(unseen)} cases" if len(unseen) > 1 else ""
        return (f"{name} can't be measured{things} since ", at)
    more = f" and {len(since) - MOST_UNSEEN} more" if len(since) > MOST_UNSEEN else ""
    if len({at.replace(second=0, microsecond=0) for at in since.values()}) == 1:
        listed = ", ".join(name for name, _ in named)
        return (f"{len(since)} rules can't be measured since ", named[0][1], f" ({listed}{more})")
    pieces: list[Piece] = [f"{len(since)} rules can't be measured ("]
    for number, (name, at) in enumerate(named):
        pieces += [f"{', ' if number else ''}{name} since ", at]
    return (*pieces, f"{more})")


def _whole(ctx: Context, one: Alert) -> tuple[Part, ...]:
    overlay = one.overlay if isinstance(one.overlay, tuple) else (one.overlay,)
    return Text(one.headline), Note((*_small(ctx, one), *((" · ", *overlay) if one.overlay else ()))), Buttons(one.acts)


def _small(ctx: Context, one: Alert) -> tuple[Piece, ...]:
    return (f"{one.rule.name} → ", *channels(ctx, _told_in(one)), " · since ", one.state.opened.since, f" · {one.id}")


def _page(
    ctx: Context, firing: Sequence[Alert], page: int, rule: str | None, channel: Channel | None
) -> tuple[Part, ...]:
    """Return a page of many, a line each: there is no room for buttons, but the id is what their lines ask for."""
    again = "alerts" + (f" --rule {typed_word(rule)}" if rule else "") + (f" --channel {channel.id}" if channel else "")
    leaf = leaf_of(firing, page, most=MOST_LINES, again=again)
    lines = [Text((f"{one.headline} · ", *_small(ctx, one), *_seen(one))) for one in leaf.shown]
    place = f"{leaf.place or f'All {len(firing)}'} · /deepgram alerts ack ID looks after one, why ID tells more"
    buttons = [*leaf.ways]
    if rule:
        matcher = typed_word(f"rule={rule}")
        buttons.append(run_button("Acknowledge all", f"alerts ack {matcher}"))
        buttons.append(run_button("Silence…", f"alerts silence {matcher}"))
    return (*lines, Note(place), *((Buttons(tuple(buttons)),) if buttons else ()))


def _seen(one: Alert) -> tuple[Piece, ...]:
    return (" · seen",) if one.told.ack else (" · snoozed",) if one.told.snooze else ()
