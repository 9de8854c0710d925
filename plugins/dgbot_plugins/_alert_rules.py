"""Every rule that watches the project, whoever made it: what it watches, who hears of it, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from dgbot import (
    AlertRule,
    AlertState,
    Context,
    Mention,
    Note,
    Piece,
    Reply,
    Severity,
    Side,
    Text,
    command,
    said,
)
from dgbot_plugins._channels import channels_of
from dgbot_plugins._lists import left_out

MOST = 40
"""Rules that are shown, a block each; a message holds 50."""

ORIGINS = {"file": "the rules file", "settings": "the settings", "plugin": "a plugin"}


@command("alerts rules", permission="alerts.write", topic="Alerts", repeat="safe", examples=("alerts rules",))
async def alert_rules(ctx: Context) -> Reply:
    """Every rule, who hears of it, and where it stands."""
    rules = await ctx.rules.all()
    if not rules:
        return Reply(f"Nothing watches {ctx.project.name}", (Note("Set an alert: /deepgram balance-alert set 50"),))
    lines = [Text(await _line(ctx, rule)) for rule in rules[:MOST]]
    count = "One rule watches" if len(rules) == 1 else f"{len(rules)} rules watch"
    return Reply(f"{count} {ctx.project.name}", (*lines, *left_out(rules, MOST)))


async def _line(ctx: Context, rule: AlertRule) -> tuple[Piece, ...]:
    mark, *stands = _standing(rule, await ctx.rules.standing(rule.name))
    made: tuple[Piece, ...] = (
        ("by ", Mention(rule.created_by))
        if rule.origin == "slack"
        else (f"from {ORIGINS.get(rule.origin, 'a plugin')}",)
    )
    what = f" {rule.name} · {rule.check} {_levels(rule)} → "
    return (mark, what, *channels_of(ctx, rule), " · ", *stands, " · ", *made)


def _levels(rule: AlertRule) -> str:
    side = "below" if rule.ladder.side is Side.BELOW else "above"
    return f"{side} {', '.join(said(level.threshold, rule.unit) for level in rule.ladder.levels)}"


def _standing(rule: AlertRule, states: Sequence[AlertState]) -> tuple[Piece, ...]:
    """Return a mark, and where the worst of what *rule* watches stands."""
    firing = [state for state in states if state.fires]
    if rule.paused_by:
        return ("⚪", "paused by ", Mention(rule.paused_by))
    if firing:
        worst = max(firing, key=lambda state: state.rank)
        mark = "🔴" if rule.ladder[max(worst.rank, 1)].severity is Severity.CRITICAL else "🟡"
        count = "firing" if len(states) == 1 else f"{len(firing)} of {len(states)} fire"
        return (mark, f"{count} since ", min(state.opened.since for state in firing))
    if any(state.blind for state in states):
        return ("🟡", "can't be measured now")
    value = states[0].value if len(states) == 1 else None
    if value is not None:
        return ("🟢", f"{said(value, states[0].unit or rule.unit)} now")
    return ("🟢", f"none of {len(states)} fires") if states else ("⏳", "not checked yet")
