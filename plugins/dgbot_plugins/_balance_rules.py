"""The rules that watch a balance, as every command on them finds, touches and words them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from dgbot import (
    AlertRule,
    Context,
    Kind,
    Line,
    Mention,
    Piece,
    Severity,
    UsageError,
    read_calls,
    write_duration,
)
from dgbot_plugins._balances import BALANCE, dollars
from dgbot_plugins._channels import channels_of
from dgbot_plugins._names import name_reader
from dgbot_plugins._standing import standing_of

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
    stands = standing_of(rule, await ctx.rules.standing(rule.name), worded)
    told: tuple[Piece, ...] = (f"{rule.name}: tells ", *channels_of(ctx, rule), f" below {_lines(rule)}")
    return (f"{stands.mark} ", *told, " · ", *stands.says)


def _lines(rule: AlertRule) -> str:
    """Return every line of *rule*, and from which on it is worse than the first."""
    said = line_of(rule)
    for before, level in pairwise(rule.ladder.levels):
        said += ", " if level.severity is before.severity else f", {level.severity} below "
        said += dollars(level.threshold)
    return said


def worded(value: Decimal, unit: str) -> str:
    """Say a balance."""
    return f"{dollars(value)} left"


def facts_of(ctx: Context, rule: AlertRule) -> dict[str, Line]:
    """Return everything about *rule* that `balance-alert edit` can change, by its name."""
    found: dict[str, Line] = {}
    for level in rule.ladder.levels:
        name, line = f"{level.severity} below".capitalize(), dollars(level.threshold)
        line = f"{line}, recovers at {dollars(level.clear_at)}"
        found[name] = f"{found[name]}; {line}" if name in found else line
    found |= {"Told": _when_told(rule), "Channel": channels_of(ctx, rule), "Checked": how_often(rule)}
    for severity in (Severity.CRITICAL, Severity.WARNING):
        calls = read_calls(rule.mentions[severity]) if severity in rule.mentions else ()
        found[f"Calls when {severity}"] = tuple(piece for call in calls for piece in (call, " "))[:-1] or "nobody"
    return found | {"Says": rule.message or "the usual words", "Runbook": rule.runbook or "none"}


def _when_told(rule: AlertRule) -> str:
    hold = rule.ladder.levels[0].hold
    parts = [f"low for {write_duration(hold.lasts)}"] if hold.lasts else []
    parts += [f"low in {hold.evaluations} checks in a row"] if hold.evaluations > 1 else []
    return f"when it was {' and '.join(parts)}" if parts else "at once"


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
