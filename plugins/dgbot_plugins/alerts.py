"""What fires, and what people say to it: that they look after it, or not now, or why."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Annotated

from dgbot import (
    LONGEST_SILENCE,
    Alert,
    BadMatcher,
    Buttons,
    Choices,
    Command,
    Context,
    Help,
    Kind,
    Line,
    Matcher,
    Mention,
    NoSuchAlert,
    NoSuchSilence,
    Note,
    NothingFires,
    Part,
    Reach,
    Reply,
    SeenAlready,
    Text,
    Unfit,
    Until,
    command,
    hookimpl,
    matcher,
    read_duration,
    run_button,
    typed_word,
    write_duration,
)

READS = "usage.read"
WRITES = "alerts.write"

MOST = 12
"""Alerts that are shown, each in three blocks; a message holds 50."""

MOST_LINES = 20
"""Lines of an alert's history that are shown."""

LONGEST_SNOOZE = timedelta(days=7)
LONGEST_REASON = 300


def read_snooze(text: str) -> timedelta | Until:
    """Return how long a snooze lasts, or raise Unfit."""
    if text.casefold() in {one.value for one in Until}:
        return Until(text.casefold())
    try:
        lasts = read_duration(text)
    except Unfit:
        raise Unfit("is neither a duration such as 1h or 4h, nor tomorrow, nor change.") from None
    if lasts > LONGEST_SNOOZE:
        raise Unfit(f"is longer than {LONGEST_SNOOZE.days}d; silence it instead: /deepgram alerts silence.")
    return lasts


def _write_snooze(lasts: timedelta | Until) -> str:
    return lasts.value if isinstance(lasts, Until) else write_duration(lasts)


AlertId = Annotated[str, Kind("an alert's id, such as 7f3a09c1de", str.lower, "id")]
SnoozeFor = Annotated[
    timedelta | Until, Kind("a duration such as 4h, or tomorrow, or change", read_snooze, "4h", _write_snooze)
]


def read_matcher(text: str) -> Matcher:
    """Return a condition on a label, or raise Unfit."""
    try:
        return matcher(text)
    except BadMatcher as error:
        if "=" not in text:
            raise Unfit("is not a matcher such as project=acme-prod or severity!=critical.") from None
        raise Unfit(f"can't be used: {error}") from None


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


MatcherWord = Annotated[Matcher, Kind("a matcher such as project=acme-prod", read_matcher, "label=value")]
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


@command("alerts", permission=READS, topic="Alerts", repeat="safe", examples=("alerts",))
async def alerts(ctx: Context) -> Reply:
    """What fires now, and who looks after it."""
    firing = await ctx.alerts.firing()
    if not firing:
        return Reply("🟢 Nothing fires", (Note("Set an alert with /deepgram balance-alert set 50"),))
    parts = list[Part]()
    for one in firing[:MOST]:
        parts += [Text(one.headline), Note((*_since(one), *_and(one.overlay))), Buttons(one.acts)]
    if len(firing) > MOST:
        parts.append(Note(f"and {len(firing) - MOST} more"))
    count = "One alert fires" if len(firing) == 1 else f"{len(firing)} alerts fire"
    return Reply(count, tuple(parts))


@command("alerts ack", permission=WRITES, topic="Alerts", repeat="safe", examples=("alerts ack 7f3a09c1de",))
async def acknowledge(ctx: Context, alert: Annotated[AlertId, Help("Which one")]) -> Reply:
    """Look after an alert: no repeats for a day, unless it gets worse."""

    async def say() -> Reply:
        seen = await ctx.alerts.acknowledge(alert)
        ends: Line = (" before ", seen.told.ack.until) if seen.told.ack else ""
        return Reply(
            "You look after it",
            (Text(seen.headline), Note(("It is not repeated", *ends, "; if it gets worse, you hear of it."))),
        )

    try:
        return await _answered(alert, say())
    except SeenAlready as already:
        if already.ack.by == ctx.principal.user_id:
            return Reply(("You look after it since ", already.ack.at, "."))
        return Reply((Mention(already.ack.by), " looks after it since ", already.ack.at, "."))


@command(
    "alerts snooze",
    permission=WRITES,
    topic="Alerts",
    repeat="safe",
    examples=("alerts snooze 7f3a09c1de --for 4h", "alerts snooze 7f3a09c1de --for tomorrow"),
)
async def snooze(
    ctx: Context,
    alert: Annotated[AlertId, Help("Which one")],
    *,
    for_: Annotated[
        SnoozeFor, Choices("1h", "4h", "tomorrow", "change"), Help("How long; tomorrow is at 9:00 where you live")
    ] = timedelta(hours=4),
) -> Reply:
    """Hear nothing of an alert for a while, unless it gets worse or closes."""

    async def say() -> Reply:
        snoozed = await ctx.alerts.snooze(alert, for_)
        until = snoozed.alert.told.snooze.until if snoozed.alert.told.snooze else None
        ends: Line = ("Snoozed until ", until) if until else "Snoozed until it changes"
        zone = " Slack does not tell your time zone, so this is 9:00 in UTC." if _guessed(for_, snoozed.zone) else ""
        return Reply(ends, (Text(snoozed.alert.headline), Note(f"If it gets worse, you hear of it.{zone}")))

    return await _answered(alert, say())


@command("alerts wake", permission=WRITES, topic="Alerts", repeat="safe", examples=("alerts wake 7f3a09c1de",))
async def wake(ctx: Context, alert: Annotated[AlertId, Help("Which one")]) -> Reply:
    """Take back that somebody looks after an alert, or has snoozed it."""

    async def say() -> Reply:
        woken = await ctx.alerts.wake(alert)
        return Reply("It speaks again", (Text(woken.headline), Note("Nobody looks after it now.")))

    return await _answered(alert, say())


@command("alerts why", permission=READS, topic="Alerts", repeat="safe", examples=("alerts why 7f3a09c1de",))
async def why(ctx: Context, alert: Annotated[AlertId, Help("Which one")]) -> Reply:
    """What happened to an alert, what was said, and what was not and why."""

    async def say() -> Reply:
        reasons = await ctx.alerts.why(alert)
        left_out = len(reasons) - MOST_LINES
        earlier = [Note(f"and {left_out} earlier")] if left_out > 0 else []
        lines = [Text((one.at, " · ", *_pieces(one.line))) for one in reasons[-MOST_LINES:]]
        return Reply(f"What happened to {alert}", (*earlier, *lines))

    return await _answered(alert, say())


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
async def silences(ctx: Context) -> Reply:
    """What is silenced, by whom, why and until when."""
    kept = await ctx.alerts.silences()
    if not kept:
        return Reply("Nothing is silenced", (Note("Silence something: /deepgram alerts silence"),))
    parts = list[Part]()
    for one in kept[:MOST]:
        small = Note(("by ", Mention(one.by), " until ", one.ends, f": {one.comment}"))
        end = Buttons((run_button("End it", f"alerts unsilence {one.id}"),))
        parts += [Text(" ".join(map(str, one.matchers))), small, end]
    if len(kept) > MOST:
        parts.append(Note(f"and {len(kept) - MOST} more"))
    return Reply("One silence" if len(kept) == 1 else f"{len(kept)} silences", tuple(parts))


@command("alerts unsilence", permission=WRITES, topic="Alerts", repeat="safe", examples=("alerts unsilence 7f3a09c1",))
async def unsilence(ctx: Context, silence: Annotated[SilenceId, Help("Which one")]) -> Reply:
    """End a silence; what still fires is told at once."""
    try:
        ended = await ctx.alerts.unsilence(silence)
    except NoSuchSilence:
        return Reply(
            f"There is no silence {silence} that lasts.", (Note("What is silenced: /deepgram alerts silences"),)
        )
    return Reply("It is silent no more", (Text(" ".join(map(str, ended.matchers))), Note("What still fires is told.")))


async def _answered(alert: str, answer: Awaitable[Reply]) -> Reply:
    """Return *answer*, or say that the alert is over, or was never there."""
    try:
        return await answer
    except NoSuchAlert:
        return Reply(f"There is no alert {alert}.", (Note("What fires now: /deepgram alerts"),))
    except NothingFires as over:
        since: Line = (" since ", over.closed_at) if over.closed_at else ""
        return Reply((f"The alert {alert} is closed", *since, "; nothing was changed."))


def _since(one: Alert) -> Line:
    return ("since ", one.state.opened.since, f" · {one.id}")


def _and(line: Line) -> Line:
    return (" · ", *_pieces(line)) if line else ()


def _pieces(line: Line) -> Line:
    return (line,) if isinstance(line, str) else line


def _guessed(lasts: timedelta | Until, zone: str) -> bool:
    return lasts is Until.TOMORROW and not zone


@hookimpl
def dgbot_commands() -> list[Command]:
    return [alerts, acknowledge, snooze, wake, why, silence, silences, unsilence]
