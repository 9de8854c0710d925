"""A balance alert that was made in Slack, made otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from dgbot import (
    AlertRule,
    Channel,
    Context,
    Duration,
    Help,
    Hold,
    Level,
    Mentioned,
    Money,
    Note,
    Prose,
    Reply,
    RuleSpec,
    Severity,
    Side,
    UsageError,
    cleared,
    command,
)
from dgbot_plugins._balance_rules import WORST, RuleName, find, how_often, line_of, own, standing


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
    for_at_least: Annotated[Duration | None, Help("For how long it has to be low before it is told")] = None,
    message: Annotated[Prose | None, Help("Words of your own, such as {{ project }} has {{ value }}")] = None,
    runbook: Annotated[str | None, Help("The address of a page that says what to do")] = None,
    mention: Annotated[Mentioned | None, Help("Whom to call when it becomes critical; nobody to call nobody")] = None,
    mention_early: Annotated[Mentioned | None, Help("Whom to call when it becomes a warning")] = None,
) -> Reply:
    """Change a balance alert that was made in Slack."""
    before = await find(ctx, name)
    own(before)
    spec = RuleSpec.of(before)
    hold = Hold(for_at_least) if for_at_least else before.ladder.levels[0].hold
    if below is not None or critical is not None or for_at_least is not None:
        spec = replace(spec, levels=_levels(before, below, critical, hold))
    spec = replace(
        spec,
        channel_id=channel.id if channel else spec.channel_id,
        every=every or spec.every,
        message=spec.message if message is None else message,
        runbook=spec.runbook if runbook is None else runbook,
        mentions=_mentions(before, mention, mention_early),
    )
    try:
        after = await ctx.rules.put(spec)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return Reply(await standing(ctx, after), (Note(f"was {line_of(before)} · checked {how_often(after)}"),))


def _levels(rule: AlertRule, below: Decimal | None, critical: Decimal | None, hold: Hold) -> tuple[Level, ...]:
    """Return the two lines of *rule* with another amount for one or both; a new mild one moves the worse one along."""
    first, last = rule.ladder.levels[0], rule.ladder.levels[-1]
    mild = first.threshold if below is None else below
    worst = critical if critical is not None else mild / WORST if below is not None else last.threshold
    return (
        cleared(Severity.WARNING, mild, Side.BELOW, hold),
        cleared(Severity.CRITICAL, worst, Side.BELOW, hold),
    )


def _mentions(rule: AlertRule, critical: str | None, warning: str | None) -> dict[Severity, str]:
    """Return whom *rule* calls, with another text for one level or both; an empty one calls nobody."""
    given = {Severity.CRITICAL: critical, Severity.WARNING: warning}
    return {level: calls for level, calls in {**rule.mentions, **_said(given)}.items() if calls}


def _said(given: Mapping[Severity, str | None]) -> dict[Severity, str]:
    return {level: calls for level, calls in given.items() if calls is not None}
