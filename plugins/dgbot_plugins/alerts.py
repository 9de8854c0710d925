"""What fires, and what people say to it: that they look after it, or not now, or why."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Annotated

from dgbot import (
    AwakeAlready,
    Buttons,
    ChannelLink,
    Choices,
    Command,
    Context,
    Help,
    Kind,
    Line,
    Mention,
    NoSuchAlert,
    Note,
    NothingFires,
    Reply,
    SeenAlready,
    Story,
    Text,
    Unfit,
    Until,
    command,
    hookimpl,
    read_duration,
    run_button,
    write_duration,
)
from dgbot_plugins._alert_rules import alert_rules
from dgbot_plugins._answers import AlertWord, Answer, answer_all, one_alone
from dgbot_plugins._firing import alerts
from dgbot_plugins._ids import alert_meant

READS = "usage.read"
WRITES = "alerts.write"

MOST_LINES = 20
"""Lines of an alert's history that are shown."""

LONGEST_SNOOZE = timedelta(days=7)

WHICH = "Its id; or labels that pick out several, such as rule=low-balance"


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


@command(
    "alerts ack",
    permission=WRITES,
    topic="Alerts",
    repeat="safe",
    examples=("alerts ack 7f3a09c1de", "alerts ack rule=low-balance"),
)
async def acknowledge(ctx: Context, alert: Annotated[tuple[AlertWord, ...], Help(WHICH)]) -> Reply:
    """Look after an alert: no repeats for a day, unless it gets worse."""
    named = await alert_meant(ctx, one_alone(alert))
    if not named:
        had = "had somebody who looks after them"
        return await answer_all(
            ctx, alert, Answer(ctx.alerts.acknowledge, "You look after {alerts}", had, back="alerts wake")
        )

    async def say() -> Reply:
        seen = await ctx.alerts.acknowledge(named)
        ends: Line = (" before ", seen.told.ack.until) if seen.told.ack else ""
        small = Note(("It is not repeated", *ends, "; if it gets worse, you hear of it."))
        return Reply("You look after it", (Text(seen.headline), small, _taken_back(named)))

    try:
        return await _answered(named, say())
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
    alert = await alert_meant(ctx, alert)

    async def say() -> Reply:
        snoozed = await ctx.alerts.snooze(alert, for_)
        until = snoozed.alert.told.snooze.until if snoozed.alert.told.snooze else None
        ends: Line = ("Snoozed until ", until) if until else "Snoozed until it changes"
        zone = " Slack does not tell your time zone, so this is 9:00 in UTC." if _guessed(for_, snoozed.zone) else ""
        return Reply(
            ends, (Text(snoozed.alert.headline), Note(f"If it gets worse, you hear of it.{zone}"), _taken_back(alert))
        )

    return await _answered(alert, say())


@command("alerts wake", permission=WRITES, topic="Alerts", repeat="safe", examples=("alerts wake 7f3a09c1de",))
async def wake(ctx: Context, alert: Annotated[tuple[AlertWord, ...], Help(WHICH)]) -> Reply:
    """Take back that somebody looks after an alert, or has snoozed it."""
    named = await alert_meant(ctx, one_alone(alert))
    if not named:
        return await answer_all(ctx, alert, Answer(ctx.alerts.wake, "{alerts} woken", "were awake"))

    async def say() -> Reply:
        woken = await ctx.alerts.wake(named)
        return Reply("It speaks again", (Text(woken.headline), Note("Nobody looks after it now.")))

    try:
        return await _answered(named, say())
    except AwakeAlready:
        return Reply("It is awake: nobody looks after it, and nobody has snoozed it.")


@command("alerts why", permission=READS, topic="Alerts", repeat="safe", examples=("alerts why 7f3a09c1de",))
async def why(ctx: Context, alert: Annotated[AlertId, Help("Which one")]) -> Reply:
    """What happened to an alert, what was said, and what was not and why."""
    alert = await alert_meant(ctx, alert)

    async def say() -> Reply:
        story = await ctx.alerts.why(alert)
        left_out = len(story.reasons) - MOST_LINES
        earlier = [Note(f"and {left_out} earlier")] if left_out > 0 else []
        lines = [Text((one.at, " · ", *_pieces(one.line))) for one in story.reasons[-MOST_LINES:]]
        return Reply(f"What happened to {story.about or alert}", (*earlier, *lines, Note(_small(alert, story))))

    return await _answered(alert, say())


async def _answered(alert: str, answer: Awaitable[Reply]) -> Reply:
    """Return *answer*, or say that the alert is over, or was never there."""
    try:
        return await answer
    except NoSuchAlert:
        return Reply(f"There is no alert {alert}.", (Note("What fires now: /deepgram alerts"),))
    except NothingFires as over:
        since: Line = (" since ", over.closed_at) if over.closed_at else ""
        return Reply((f"The alert {alert} is closed", *since, "; nothing was changed."))


def _taken_back(alert: str) -> Buttons:
    return Buttons((run_button("Wake", f"alerts wake {alert}"),))


def _small(alert: str, story: Story) -> Line:
    links = [piece for channel in story.channels for piece in (", ", ChannelLink(channel))][1:]
    return (f"Alert {alert}", *((" · told in ", *links) if links else ()))


def _pieces(line: Line) -> Line:
    return (line,) if isinstance(line, str) else line


def _guessed(lasts: timedelta | Until, zone: str) -> bool:
    return lasts is Until.TOMORROW and not zone


@hookimpl
def dgbot_commands() -> list[Command]:
    return [alerts, alert_rules, acknowledge, snooze, wake, why]
