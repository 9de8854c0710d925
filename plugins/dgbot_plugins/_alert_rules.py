"""Every rule that watches the project, whoever made it: what it watches, who hears of it, and where it stands."""

from __future__ import annotations

from typing import Annotated

from dgbot import (
    AlertRule,
    Context,
    Help,
    Mention,
    Note,
    Piece,
    Reply,
    Side,
    Text,
    command,
    limit,
)
from dgbot_plugins._channels import channels_of
from dgbot_plugins._lists import Page, leaf_of
from dgbot_plugins._standing import in_unit, standing_of

MOST = 40
"""Rules that are shown, a block each; a message holds 50."""

ORIGINS = {"file": "the rules file", "settings": "the settings", "plugin": "a plugin"}


@command("alerts rules", permission="usage.read", topic="Alerts", repeat="safe", examples=("alerts rules",))
async def alert_rules(ctx: Context, *, page: Annotated[Page, Help("Of many, which page")] = 1) -> Reply:
    """Every rule, who hears of it, and where it stands."""
    rules = await ctx.rules.all()
    if not rules:
        hint = (Note("Set an alert: /deepgram balance-alert set 50"),) if ctx.may("alerts.write") else ()
        return Reply(f"Nothing watches {ctx.project.name}", hint)
    leaf = leaf_of(rules, page, most=MOST, again="alerts rules")
    lines = [Text(await _line(ctx, rule)) for rule in leaf.shown]
    count = "One rule watches" if len(rules) == 1 else f"{len(rules)} rules watch"
    return Reply(f"{count} {ctx.project.name}", (*lines, *leaf.foot))


async def _line(ctx: Context, rule: AlertRule) -> tuple[Piece, ...]:
    stands = standing_of(rule, await ctx.rules.standing(rule.name), in_unit)
    made: tuple[Piece, ...] = (
        ("by ", Mention(rule.created_by))
        if rule.origin == "slack"
        else (f"from {ORIGINS.get(rule.origin, 'a plugin')}",)
    )
    what = f" {rule.name} · {rule.check} {_levels(rule)} → "
    return (stands.mark, what, *channels_of(ctx, rule), " · ", *stands.says, " · ", *made)


def _levels(rule: AlertRule) -> str:
    side = "below" if rule.ladder.side is Side.BELOW else "above"
    return f"{side} {', '.join(limit(level.threshold, rule.unit) for level in rule.ladder.levels)}"
