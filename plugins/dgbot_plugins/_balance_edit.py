"""A balance alert that was made in Slack, made otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from dgbot import (
    Channel,
    Context,
    Duration,
    Help,
    Kind,
    Mentioned,
    Money,
    Prose,
    Reply,
    UsageError,
    command,
    read_duration,
    write_duration,
)
from dgbot_plugins._balance_changes import Change, changed
from dgbot_plugins._balance_rules import RuleName, find, own, standing

NOTHING = frozenset({"none", "0", "0m"})
"""What takes a hold back, and with its first word a message or a runbook."""


def read_hold(text: str) -> timedelta:
    """Return for how long it has to be low; nothing for ``none``. Raises Unfit."""
    return timedelta() if text.strip().casefold() in NOTHING else read_duration(text)


def _write_hold(lasts: timedelta) -> str:
    return write_duration(lasts) if lasts else "none"


HoldFor = Annotated[timedelta, Kind("a duration such as 30m, or none", read_hold, "30m", _write_hold)]


@command(
    "balance-alert edit",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=(
        "balance-alert edit low-balance --below 80",
        "balance-alert edit low-balance --channel #ops --every 5m",
        "balance-alert edit low-balance --mention @here",
    ),
)
async def edit_alert(
    ctx: Context,
    name: RuleName,
    *,
    below: Annotated[Money | None, Help("Tell when less than this is left, in US dollars")] = None,
    critical: Annotated[Money | None, Help("Less than this is critical")] = None,
    channel: Annotated[Channel | None, Help("Who is told")] = None,
    every: Annotated[Duration | None, Help("How often the balance is read")] = None,
    for_at_least: Annotated[
        HoldFor | None, Help("For how long it has to be low before it is told; none to tell at once")
    ] = None,
    message: Annotated[
        Prose | None, Help("Words of your own, such as {{ project }} has {{ value }}; none takes them back")
    ] = None,
    runbook: Annotated[str | None, Help("The address of a page that says what to do; none takes it back")] = None,
    mention: Annotated[Mentioned | None, Help("Whom to call when it becomes critical; nobody to call nobody")] = None,
    mention_early: Annotated[Mentioned | None, Help("Whom to call when it becomes a warning")] = None,
) -> Reply:
    """Change a balance alert that was made in Slack."""
    before = await find(ctx, name)
    own(before)
    change = Change(
        below=below,
        critical=critical,
        channel=channel,
        every=every,
        hold=for_at_least,
        message=_unless_none(message),
        runbook=_unless_none(runbook),
        mention=mention,
        mention_early=mention_early,
    )
    if change.nothing:
        options = ", ".join(f"--{param.word}" for param in edit_alert.params if param.flag)
        raise UsageError(f"Nothing to change was named; what can be: {options}.", edit_alert.usage)
    done = await changed(ctx, before, change)
    return Reply(await standing(ctx, done.after), done.notes)


def _unless_none(text: str | None) -> str | None:
    return "" if text is not None and text.strip().casefold() == "none" else text
