"""A channel hears about a low balance before the money is gone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from dgbot import (
    AlertRule,
    Buttons,
    Channel,
    Command,
    Context,
    Duration,
    Facts,
    Help,
    Hold,
    Kind,
    Level,
    Line,
    Mention,
    Mentioned,
    Money,
    Note,
    Piece,
    PluginConfig,
    Prose,
    Reply,
    RuleSpec,
    Severity,
    Side,
    Text,
    Unfit,
    UsageError,
    cleared,
    command,
    hookimpl,
    read_calls,
    run_button,
    write_duration,
)
from dgbot_plugins._balances import BALANCE, dollars
from dgbot_plugins._channels import channels_of

WORST = 5
"""A rule with one amount is critical at this part of it."""

MOST_SHOWN = 20
ORIGINS = {"file": "rules file", "settings": "settings", "plugin": "plugins"}

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Rule(BaseModel):
    """One of ``rules`` in ``[plugins.balance-alert]``; *threshold* in US dollars, *channel* by its id."""

    model_config = {"extra": "forbid"}

    name: str = Field(default="low-balance", pattern=f"^{_NAME.pattern}$")
    threshold: Decimal = Field(gt=0)
    channel: str = Field(pattern=r"^[CG][A-Z0-9]+$")


class Settings(BaseModel):
    """``[plugins.balance-alert]``."""

    rules: list[Rule] = []


def read_name(text: str) -> str:
    """Return a rule's name in lower case, or raise Unfit."""
    if not _NAME.fullmatch(text.lower()):
        raise Unfit("can't name a rule; use up to 40 letters, digits and hyphens, such as low-balance.")
    return text.lower()


RuleName = Annotated[str, Kind("a rule's name, such as low-balance", read_name, "name")]


@command(
    "balance-alert set",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert set 50", "balance-alert set $1,000 --channel #ops --name refill"),
)
async def set_alert(
    ctx: Context,
    amount: Annotated[Money, Help("Tell when less than this is left, in US dollars")],
    *,
    channel: Annotated[Channel | None, Help("Who is told; usually the channel where you type")] = None,
    name: Annotated[RuleName | None, Help("To have several for one channel")] = None,
) -> Reply:
    """Tell a channel when the balance falls below an amount."""
    known = {rule.name: rule for rule in await ctx.rules.all()}
    if name in known:
        _own(known[name])
        channel = channel or Channel(known[name].channel_id)
    told = channel or Channel(ctx.channel_id)
    name = name or _usual_name(known, told.id)
    rule = await ctx.rules.put(RuleSpec(name, BALANCE, amount, told.id, critical=amount / WORST))
    where = f"#{told.name}" if told.name else "this channel" if told.id == ctx.channel_id else "its channel"
    return Reply(
        f"{ctx.project.name}: {where} hears when less than {_line(rule)} is left",
        (
            Note(
                f"Rule {name} · critical below {dollars(rule.ladder.levels[-1].threshold)} · recovers at "
                f"{dollars(rule.ladder.levels[0].clear_at)} · {_was(known.get(name))}"
            ),
        ),
    )


@command(
    "balance-alert list",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert list",),
)
async def list_alerts(ctx: Context) -> Reply:
    """Show which balance alerts there are, and how each stands."""
    rules = [rule for rule in await ctx.rules.all() if rule.check == BALANCE]
    if not rules:
        return Reply(
            f"{ctx.project.name} has no balance alert",
            (Note("Set one: /deepgram balance-alert set 50"),),
        )
    lines = [Text((*await standing(ctx, rule), *_made(rule))) for rule in rules[:MOST_SHOWN]]
    more = [Note(f"and {len(rules) - MOST_SHOWN} more")] if len(rules) > MOST_SHOWN else []
    count = "1 balance alert" if len(rules) == 1 else f"{len(rules)} balance alerts"
    return Reply(f"{ctx.project.name} has {count}", (*lines, *more))


@command(
    "balance-alert show",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert show low-balance",),
)
async def show_alert(ctx: Context, name: RuleName) -> Reply:
    """Show everything about one balance alert."""
    rule = await _find(ctx, name)
    pairs: list[tuple[str, Line]] = [
        (f"{level.severity} below".capitalize(), f"{dollars(level.threshold)}, recovers at {dollars(level.clear_at)}")
        for level in rule.ladder.levels
    ]
    pairs += [
        (f"Calls when {level}", tuple(piece for call in read_calls(calls) for piece in (call, " "))[:-1])
        for level, calls in rule.mentions.items()
    ]
    pairs += [("Channel", channels_of(ctx, rule)), ("Checked", _often(rule)), ("Made", _made(rule)[1:])]
    pairs += [("Says", rule.message)] if rule.message else []
    pairs += [("Runbook", rule.runbook)] if rule.runbook else []
    pairs += [("Labels", ", ".join(f"{key}={value}" for key, value in rule.labels.items()))] if rule.labels else []
    verb, other = ("resume", "Resume") if rule.paused_by else ("pause", "Pause")
    buttons = (run_button("Test", f"balance-alert test {name}"), run_button(other, f"balance-alert {verb} {name}"))
    return Reply(await standing(ctx, rule), (Facts(tuple(pairs)), Buttons(buttons)))


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
    before = await _find(ctx, name)
    _own(before)
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
    return Reply(await standing(ctx, after), (Note(f"was {_line(before)} · checked {_often(after)}"),))


@command(
    "balance-alert pause",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert pause low-balance",),
)
async def pause_alert(ctx: Context, name: RuleName) -> Reply:
    """Stop a balance alert for a while; what it told of is closed."""
    await _find(ctx, name)
    await ctx.rules.pause(name)
    again = Buttons((run_button("Resume", f"balance-alert resume {name}"),))
    return Reply(f"⚪ {ctx.project.name}: {name} is paused, and nobody watches for it", (again,))


@command(
    "balance-alert resume",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert resume low-balance",),
)
async def resume_alert(ctx: Context, name: RuleName) -> Reply:
    """Let a balance alert that was paused go on."""
    await _find(ctx, name)
    await ctx.rules.resume(name)
    return Reply(f"{ctx.project.name}: {name} goes on, and is checked within a minute")


@command(
    "balance-alert test",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert test low-balance",),
)
async def test_alert(ctx: Context, name: RuleName) -> Reply:
    """Post what a balance alert would say, marked as a test."""
    rule = await _find(ctx, name)
    await ctx.rules.test(name)
    return Reply((f"{ctx.project.name}: a test of {name} is on its way to ", *channels_of(ctx, rule)))


async def find_removed(ctx: Context, name: RuleName) -> Reply | None:
    """After a restart: whether the rule is gone."""
    if any(rule.name == name for rule in await ctx.rules.all()):
        return None
    return Reply(f"{ctx.project.name} has no balance alert {name} now", (Note("The bot restarted while removing it."),))


@command(
    "balance-alert remove",
    permission="alerts.write",
    topic="Alerts",
    resume=find_removed,
    examples=("balance-alert remove low-balance",),
)
async def remove_alert(ctx: Context, name: RuleName) -> Reply:
    """Stop watching the balance."""
    rule = await _find(ctx, name)
    _own(rule)
    await ctx.rules.remove(name)
    return Reply(
        f"{ctx.project.name}: nobody is told any more when less than {_line(rule)} is left",
        (Note(f"Rule {name} is removed."),),
    )


async def _find(ctx: Context, name: str) -> AlertRule:
    known = {rule.name: rule for rule in await ctx.rules.all() if rule.check == BALANCE}
    if name not in known:
        fits = f"its alerts: {', '.join(known)}." if known else "it has none."
        raise UsageError(f'name: "{name}" is not a balance alert of {ctx.project.name}; {fits}')
    return known[name]


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


def _usual_name(known: Mapping[str, AlertRule], channel_id: str) -> str:
    """Return the name of the alert that the channel has from Slack already, else the first one that is free."""
    for rule in known.values():
        if (rule.check, rule.origin, rule.channel_id) == (BALANCE, "slack", channel_id):
            return rule.name
    names = itertools.chain(["low-balance"], (f"low-balance-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in known)


def _own(rule: AlertRule) -> None:
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
    line = (f"{rule.name}: tells ", *channels_of(ctx, rule), f" below {_line(rule)}")
    if rule.paused_by:
        return ("⚪ ", *line, " · paused by ", Mention(rule.paused_by))
    if firing is not None:
        mark = "🔴" if rule.ladder[max(firing.rank, 1)].severity is Severity.CRITICAL else "🟡"
        return (f"{mark} ", *line, " · firing since ", firing.opened.since)
    if any(state.blind for state in states):
        return ("🟡 ", *line, " · can't be measured now")
    known = next((state.value for state in states if state.value is not None), None)
    return ("🟢 ", *line, f" · {dollars(known)} left") if known is not None else ("⏳ ", *line, " · not checked yet")


def _made(rule: AlertRule) -> tuple[Piece, ...]:
    if rule.origin == "slack":
        return (" · by ", Mention(rule.created_by))
    return (" · ", f"from the {ORIGINS.get(rule.origin, rule.origin)}")


def _often(rule: AlertRule) -> str:
    schedule = rule.schedule
    return f"at {schedule.cron} ({schedule.zone})" if schedule.cron else f"every {write_duration(schedule.every)}"


def _was(rule: AlertRule | None) -> str:
    return f"was {_line(rule)}" if rule else "new"


def _line(rule: AlertRule) -> str:
    return dollars(rule.ladder.levels[0].threshold)


@hookimpl
def dgbot_commands() -> list[Command]:
    return [
        set_alert, list_alerts, show_alert, edit_alert, pause_alert, resume_alert, remove_alert, test_alert,
    ]  # fmt: skip


@hookimpl
def dgbot_rules(config: PluginConfig) -> list[RuleSpec]:
    rules = config.section("balance-alert", Settings).rules
    return [
        RuleSpec(rule.name, BALANCE, rule.threshold, rule.channel, origin="settings", critical=rule.threshold / WORST)
        for rule in rules
    ]
