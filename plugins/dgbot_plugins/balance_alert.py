"""A channel hears about a low balance before the money is gone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from dgbot import (
    AlertRule,
    Buttons,
    Channel,
    Command,
    Context,
    Facts,
    Help,
    Line,
    Money,
    Note,
    PluginConfig,
    Reply,
    RuleSpec,
    Text,
    command,
    hookimpl,
    run_button,
)
from dgbot_plugins._balance_changes import Change, changed
from dgbot_plugins._balance_edit import edit_alert
from dgbot_plugins._balance_pause import pause_alert, resume_alert
from dgbot_plugins._balance_rules import WORST, RuleName, facts_of, find, line_of, made_by, own, standing
from dgbot_plugins._balances import BALANCE, dollars
from dgbot_plugins._channels import channels_of, heard_in
from dgbot_plugins._lists import Page, leaf_of
from dgbot_plugins._names import NAME, first_free

MOST_SHOWN = 20


class Rule(BaseModel):
    """One of ``rules`` in ``[plugins.balance-alert]``; *threshold* in US dollars, *channel* by its id."""

    model_config = {"extra": "forbid"}

    name: str = Field(default="low-balance", pattern=f"^{NAME}$")
    threshold: Decimal = Field(gt=0)
    channel: str = Field(pattern=r"^[CG][A-Z0-9]+$")


class Settings(BaseModel):
    """``[plugins.balance-alert]``."""

    rules: list[Rule] = []


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
    told = channel or Channel(ctx.channel_id)
    made: AlertRule | None = None
    while made is None:
        known = {rule.name: rule for rule in await ctx.rules.all()}
        called = name or _usual_name(known, told.id)
        if called in known:
            return await _moved(ctx, known[called], amount, channel)
        spec = RuleSpec(called, BALANCE, amount, told.id, critical=amount / WORST)
        made = await ctx.rules.put(spec, before=None)
    return Reply(_heard(ctx, told, made), (Note(f"Rule {made.name} · {_lines(made)} · new"),))


async def _moved(ctx: Context, before: AlertRule, amount: Decimal, channel: Channel | None) -> Reply:
    """Move the line of an alert that there is already; what `balance-alert edit` made of it stays."""
    done = await changed(ctx, before, Change(below=amount, channel=channel))
    small = Note(f"Rule {before.name} · was {line_of(done.before)}")
    return Reply(_heard(ctx, channel or Channel(before.channel_id), done.after), (small, *done.notes))


def _heard(ctx: Context, told: Channel, rule: AlertRule) -> Line:
    return (f"{ctx.project.name}: ", heard_in(ctx, told), f" hears when less than {line_of(rule)} is left")


def _lines(rule: AlertRule) -> str:
    first, last = rule.ladder.levels[0], rule.ladder.levels[-1]
    return f"critical below {dollars(last.threshold)} · recovers at {dollars(first.clear_at)}"


@command(
    "balance-alert list",
    permission="usage.read",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert list",),
)
async def list_alerts(ctx: Context, *, page: Annotated[Page, Help("Of many, which page")] = 1) -> Reply:
    """Show which balance alerts there are, and how each stands."""
    rules = [rule for rule in await ctx.rules.all() if rule.check == BALANCE]
    if not rules:
        hint = (Note("Set one: /deepgram balance-alert set 50"),) if ctx.may("alerts.write") else ()
        return Reply(f"{ctx.project.name} has no balance alert", hint)
    leaf = leaf_of(rules, page, most=MOST_SHOWN, again="balance-alert list")
    lines = [Text((*await standing(ctx, rule), *made_by(rule))) for rule in leaf.shown]
    count = "1 balance alert" if len(rules) == 1 else f"{len(rules)} balance alerts"
    return Reply(f"{ctx.project.name} has {count}", (*lines, *leaf.foot))


@command(
    "balance-alert show",
    permission="usage.read",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert show low-balance",),
)
async def show_alert(ctx: Context, name: RuleName) -> Reply:
    """Show everything about one balance alert."""
    rule = await find(ctx, name)
    pairs: list[tuple[str, Line]] = [*facts_of(ctx, rule).items(), ("Made", made_by(rule)[1:])]
    pairs += [("Labels", ", ".join(f"{key}={value}" for key, value in rule.labels.items()))] if rule.labels else []
    verb, other = ("resume", "Resume") if rule.paused_by else ("pause", "Pause")
    edit = (run_button("Edit…", f"balance-alert edit {name} --below"),) if rule.origin == "slack" else ()
    others = (run_button("Test", f"balance-alert test {name}"), run_button(other, f"balance-alert {verb} {name}"))
    return Reply(
        await standing(ctx, rule),
        (Facts(tuple(pairs)), *((Buttons((*edit, *others)),) if ctx.may("alerts.write") else ())),
    )


@command(
    "balance-alert test",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert test low-balance",),
)
async def test_alert(ctx: Context, name: RuleName) -> Reply:
    """Post what a balance alert would say, marked as a test."""
    rule = await find(ctx, name)
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
    rule = await find(ctx, name)
    own(rule)
    done = "is removed" if await ctx.rules.remove(name) else "was removed by somebody else meanwhile"
    return Reply(
        f"{ctx.project.name}: nobody is told any more when less than {line_of(rule)} is left",
        (Note(f"Rule {name} {done}."),),
    )


def _usual_name(known: Mapping[str, AlertRule], channel_id: str) -> str:
    """Return the name of the alert that the channel has from Slack already, else the first one that is free."""
    for rule in known.values():
        if (rule.check, rule.origin, rule.channel_id) == (BALANCE, "slack", channel_id):
            return rule.name
    return first_free("low-balance", known)


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
