"""The rules that watch a balance, as every command on them finds, touches and words them."""

from __future__ import annotations

from typing import Annotated

from dgbot import AlertRule, Context, Kind, Mention, Piece, Severity, UsageError, write_duration
from dgbot_plugins._balances import BALANCE, dollars
from dgbot_plugins._channels import channels_of
from dgbot_plugins._names import name_reader

WORST = 5
"""A rule with one amount is critical at this part of it."""

ORIGINS = {"file": "rules file", "settings": "settings", "plugin": "plugins"}

RuleName = Annotated[str, Kind("a rule's name, such as low-balance", name_reader("a rule", "low-balance"), "name")]


async def find(ctx: Context, name: str) -> AlertRule:
    """Return the balance alert of this name; raises UsageError."""
    known = {rule.name: rule for rule in await ctx.rules.all() if rule.check == BALANCE}
    if name not in known:
        fits = f"its alerts: {', '.join(known)}." if known else "it has none."
        raise UsageError(f'name: "{name}" is not a balance alert of {ctx.project.name}; {fits}')
    return known[name]


def own(rule: AlertRule) -> None:
    """Refuse to touch a rule that people did not make in Slack, or that watches something else."""
    if rule.check != BALANCE:
        raise UsageError(f'name: "{rule.name}" is a rule that watches {rule.check}; choose another name.')
    if rule.origin != "slack":
        raise UsageError(
            f'name: "{rule.name}" comes from the bot\'s {rule.origin}; change it there, or use another name.'
        )


async def standing(ctx: Context, rule: AlertRule) -> tuple[Piece, ...]:
    """Return where *rule* stands now, in a line that stands alone."""
    states = await ctx.rules.standing(rule.name)
    firing = next((state for state in states if state.fires), None)
    line = (f"{rule.name}: tells ", *channels_of(ctx, rule), f" below {line_of(rule)}")
    if rule.paused_by:
        return ("⚪ ", *line, " · paused by ", Mention(rule.paused_by))
    if firing is not None:
        mark = "🔴" if rule.ladder[max(firing.rank, 1)].severity is Severity.CRITICAL else "🟡"
        return (f"{mark} ", *line, " · firing since ", firing.opened.since)
    if any(state.blind for state in states):
        return ("🟡 ", *line, " · can't be measured now")
    known = next((state.value for state in states if state.value is not None), None)
    return ("🟢 ", *line, f" · {dollars(known)} left") if known is not None else ("⏳ ", *line, " · not checked yet")


def made_by(rule: AlertRule) -> tuple[Piece, ...]:
    """Return who made *rule*, or where it comes from, to stand behind something else."""
    if rule.origin == "slack":
        return (" · by ", Mention(rule.created_by))
    return (" · ", f"from the {ORIGINS.get(rule.origin, rule.origin)}")


def how_often(rule: AlertRule) -> str:
    """Return when *rule* is checked."""
    schedule = rule.schedule
    return f"at {schedule.cron} ({schedule.zone})" if schedule.cron else f"every {write_duration(schedule.every)}"


def line_of(rule: AlertRule) -> str:
    """Return the amount below which *rule* is told."""
    return dollars(rule.ladder.levels[0].threshold)
