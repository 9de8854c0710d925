"""A balance alert that stops for a while, and goes on."""

from __future__ import annotations

from dgbot import Buttons, Context, Reply, command, run_button
from dgbot_plugins._balance_rules import RuleName, find


@command(
    "balance-alert pause",
    permission="alerts.write",
    topic="Alerts",
    repeat="safe",
    examples=("balance-alert pause low-balance",),
)
async def pause_alert(ctx: Context, name: RuleName) -> Reply:
    """Stop a balance alert for a while; what it told of is closed."""
    await find(ctx, name)
    while not await ctx.rules.pause(name):
        await find(ctx, name)
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
    await find(ctx, name)
    while not await ctx.rules.resume(name):
        await find(ctx, name)
    return Reply(f"{ctx.project.name}: {name} goes on, and is checked within a minute")
