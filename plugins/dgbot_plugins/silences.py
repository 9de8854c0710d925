"""What people keep quiet by labels, why, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from dgbot import (
    LONGEST_SILENCE,
    Buttons,
    Choices,
    Command,
    Context,
    Help,
    Kind,
    Mention,
    NoSuchSilence,
    Note,
    Part,
    Reach,
    Reply,
    Text,
    Unfit,
    UsageError,
    command,
    hookimpl,
    read_duration,
    run_button,
    typed_word,
    write_duration,
)
from dgbot_plugins._ids import id_meant
from dgbot_plugins._lists import Page, leaf_of
from dgbot_plugins._matchers import MatcherWord

READS = "usage.read"
WRITES = "alerts.write"

MOST = 12
"""Silences and alerts that are shown, each in three blocks at most; a message holds 50."""

LONGEST_REASON = 300


def read_lasting(text: str) -> timedelta:
    """Return how long a silence lasts, or raise Unfit."""
    lasts = read_duration(text)
    if lasts > LONGEST_SILENCE:
        raise Unfit(f"is longer than {LONGEST_SILENCE.days}d, and a silence has to end; remove the rule instead.")
    return lasts


def read_reason(text: str) -> str:
    """Return a reason, or raise Unfit."""
    if not text.strip():
        raise Unfit("is no reason; say why it is to be quiet.")
    if len(text) > LONGEST_REASON:
        raise Unfit(f"is longer than {LONGEST_REASON} characters.")
    return text.strip()


SilenceFor = Annotated[timedelta, Kind("a duration such as 2h or 7d", read_lasting, "2h", write_duration)]
Because = Annotated[str, Kind("a reason in quotes", read_reason, "why", entry="lines")]
SilenceId = Annotated[str, Kind("a silence's id, such as 7f3a09c1", str.lower, "id")]


async def find_silence(
    ctx: Context, matchers: tuple[MatcherWord, ...], *, for_: SilenceFor, because: Because, preview: bool = False
) -> Reply | None:
    """After a restart: whether the silence is there."""
    for one in await ctx.alerts.silences():
        if (one.matchers, one.by, one.comment) == (matchers, ctx.principal.user_id, because):
            return Reply(
                "Silenced", (Note((f"Silence {one.id} · until ", one.ends, " · the bot restarted meanwhile")),)
            )
    return None


def _reached(reach: Reach) -> str:
    alerts = "1 alert" if reach.known == 1 else f"{reach.known} alerts"
    if not reach.fits:
        return f"none of {alerts} now"
    firing = len(reach.firing)
    return f"{reach.fits} of {alerts}, {firing or 'none'} of which {'fires' if firing == 1 else 'fire'}"


@command(
    "alerts silence",
    permission=WRITES,
    topic="Alerts",
    resume=find_silence,
    examples=('alerts silence project=acme-prod kind=balance --for 2h --because "invoice is being paid"',),
)
async def silence(
    ctx: Context,
    matchers: Annotated[tuple[MatcherWord, ...], Help("Labels that have to fit: project, kind, rule, severity, …")],
    *,
    for_: Annotated[SilenceFor, Choices("1h", "4h", "1d", "7d"), Help("How long, 30d at most")],
    because: Annotated[Because, Help("Why; whoever wonders why it is quiet reads it")],
    preview: Annotated[bool, Help("Only show what it would keep quiet")] = False,
) -> Reply:
    """Keep alerts quiet whose labels fit; what was posted is still closed."""
    reach = await ctx.alerts.reach(matchers)
    if reach.never:
        raise UsageError(f"matchers: {reach.never}")
    text = " ".join(map(str, matchers))
    parts: list[Part] = [Text(one.headline) for one in reach.firing[:MOST]]
    if not reach.fits:
        parts.append(Note("Labels are project, kind, rule, severity, and those of the rules and of what they watch."))
    if preview:
        words = " ".join(typed_word(str(one)) for one in matchers)
        again = f"alerts silence {words} --for {write_duration(for_)} --because {typed_word(because)}"
        return Reply(f"It would match {_reached(reach)}", (*parts, Buttons((run_button("Silence", again),))))
    kept = await ctx.alerts.silence(matchers, lasts=for_, because=because)
    end = Buttons((run_button("End it", f"alerts unsilence {kept.id}"),))
    small = Note((f"{text} · until ", kept.ends, f" · {because} · silence {kept.id}"))
    return Reply(f"Silenced: matches {_reached(reach)}", (*parts, small, end))


@command("alerts silences", permission=READS, topic="Alerts", repeat="safe", examples=("alerts silences",))
async def silences(ctx: Context, *, page: Annotated[Page, Help("Of many, which page")] = 1) -> Reply:
    """What is silenced, by whom, why and until when."""
    kept = await ctx.alerts.silences()
    if not kept:
        return Reply("Nothing is silenced", (Note("Silence something: /deepgram alerts silence"),))
    parts, leaf = list[Part](), leaf_of(kept, page, most=MOST, again="alerts silences")
    for one in leaf.shown:
        small = Note(("by ", Mention(one.by), " until ", one.ends, f": {one.comment} · silence {one.id}"))
        end = Buttons((run_button("End it", f"alerts unsilence {one.id}"),))
        parts += [Text(" ".join(map(str, one.matchers))), small, end]
    return Reply("One silence" if len(kept) == 1 else f"{len(kept)} silences", (*parts, *leaf.foot))


@command("alerts unsilence", permission=WRITES, topic="Alerts", repeat="safe", examples=("alerts unsilence 7f3a09c1",))
async def unsilence(ctx: Context, silence: Annotated[SilenceId, Help("Which one")]) -> Reply:
    """End a silence; what still fires is told at once."""
    silence = id_meant(silence, [one.id for one in await ctx.alerts.silences()], what="silence")
    try:
        ended = await ctx.alerts.unsilence(silence)
    except NoSuchSilence:
        return Reply(
            f"There is no silence {silence} that lasts.", (Note("What is silenced: /deepgram alerts silences"),)
        )
    return Reply("It is silent no more", (Text(" ".join(map(str, ended.matchers))), Note("What still fires is told.")))


@hookimpl
def dgbot_commands() -> list[Command]:
    return [silence, silences, unsilence]
