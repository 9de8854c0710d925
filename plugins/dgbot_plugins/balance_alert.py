"""A channel hears about a low balance before the money is gone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from dgbot import (
    AlertRule,
    CannotMeasure,
    Channel,
    Check,
    Command,
    Context,
    Help,
    Kind,
    Money,
    Note,
    PluginConfig,
    Reply,
    RuleSpec,
    Sample,
    SampleContext,
    Table,
    Unfit,
    UsageError,
    command,
    hookimpl,
)

BALANCE = "balance"
WORST = 5
"""A rule with one amount is critical at this part of it."""

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
                f"Rule {name} · critical below {_dollars(rule.ladder.levels[-1].threshold)} · recovers at "
                f"{_dollars(rule.ladder.levels[0].clear_at)} · {_was(known.get(name))}"
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
    """Show which balance alerts there are."""
    rules = [rule for rule in await ctx.rules.all() if rule.check == BALANCE]
    if not rules:
        return Reply(
            f"{ctx.project.name} has no balance alert",
            (Note("Set one: /deepgram balance-alert set 50"),),
        )
    rows = tuple((rule.name, _line(rule), _dollars(rule.ladder.levels[0].clear_at), rule.origin) for rule in rules)
    count = "1 balance alert" if len(rules) == 1 else f"{len(rules)} balance alerts"
    return Reply(f"{ctx.project.name} has {count}", (Table(("Name", "Below", "Recovers at", "From"), rows),))


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
    known = {rule.name: rule for rule in await ctx.rules.all() if rule.check == BALANCE}
    if name not in known:
        fits = f"its alerts: {', '.join(known)}." if known else "it has none."
        raise UsageError(f'name: "{name}" is not a balance alert of {ctx.project.name}; {fits}')
    _own(known[name])
    await ctx.rules.remove(name)
    return Reply(
        f"{ctx.project.name}: nobody is told any more when less than {_line(known[name])} is left",
        (Note(f"Rule {name} is removed."),),
    )


async def measure(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Sum what is left in US dollars; hours and other units are left aside, for they don't add up with money."""
    balances = (await ctx.deepgram.get_balances(ctx.project.id)).balances
    dollars = [balance.amount_exact for balance in balances if balance.units.strip().lower() == "usd"]
    if not dollars:
        raise CannotMeasure(f"Deepgram names no balance of {ctx.project.name} in US dollars.")
    return Sample(sum(dollars, Decimal(0)), "usd")


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


def _was(rule: AlertRule | None) -> str:
    return f"was {_line(rule)}" if rule else "new"


def _line(rule: AlertRule) -> str:
    return _dollars(rule.ladder.levels[0].threshold)


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


@hookimpl
def dgbot_commands() -> list[Command]:
    return [set_alert, list_alerts, remove_alert]


@hookimpl
def dgbot_checks() -> list[Check]:
    summary = "what is left on the project's account, in US dollars"
    advice = "Top it up before it is empty: requests fail at zero. This message turns green when it recovers."
    return [Check(BALANCE, summary, measure, says="{value} left", advice=advice)]


@hookimpl
def dgbot_rules(config: PluginConfig) -> list[RuleSpec]:
    rules = config.section("balance-alert", Settings).rules
    return [
        RuleSpec(rule.name, BALANCE, rule.threshold, rule.channel, origin="settings", critical=rule.threshold / WORST)
        for rule in rules
    ]
