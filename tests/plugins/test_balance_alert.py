import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from dgbot import CannotMeasure, PluginConfig, RuleSpec, SampleContext, Severity, Side, UsageError, cleared
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.alerting.levels import Ladder
from dgbot.domain.replies import plain
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError, PluginSettingsError
from dgbot.serving import serving


def lines(rule):
    return [level.threshold for level in rule.ladder.levels]


@pytest.fixture
def measure(ctx, plugins):
    async def measure():
        return await plugins.checks["balance"].sample(SampleContext(ctx.project, ctx.deepgram, ctx.clock), {})

    return measure


async def test_sets_an_alert_for_the_channel_where_it_was_typed(run, ctx):
    reply = await run("balance-alert set $50")
    assert plain(reply.headline) == "acme-prod: this channel hears when less than $50 is left"
    [rule] = await ctx.rules.all()
    assert (rule.name, rule.check, rule.channel_id) == ("low-balance", "balance", "C_GENERAL")
    assert lines(rule) == [50, 10]
    assert "critical below $10" in reply.parts[0].line


async def test_sets_an_alert_for_another_channel_and_changes_it(run, ctx):
    await run("balance-alert set 1,000.50 --channel <#C42|ops> --name refill")
    reply = await run("balance-alert set 900 --channel <#C42|ops> --name refill")
    assert plain(reply.headline) == "acme-prod: #ops hears when less than $900 is left"
    assert "was $1,000.50" in reply.parts[0].line
    assert [(rule.name, rule.channel_id) for rule in await ctx.rules.all()] == [("refill", "C42")]


async def test_lists_what_there_is(run):
    assert (await run("balance-alert list")).headline == "acme-prod has no balance alert"
    await run("balance-alert set 50")
    reply = await run("balance-alert list")
    assert reply.headline == "acme-prod has 1 balance alert"
    assert [plain(part.line) for part in reply.parts] == [
        "⏳ low-balance: tells this channel below $50, critical below $10 · not checked yet · by @U_ALICE"
    ]


async def test_removes_one_and_names_those_that_exist(run, ctx):
    await run("balance-alert set 50")
    with pytest.raises(UsageError, match='"lo" is not a balance alert of acme-prod; its alerts: low-balance'):
        await run("balance-alert remove lo")
    assert "less than $50" in (await run("balance-alert remove low-balance")).headline
    assert await ctx.rules.all() == []


async def test_after_a_crash_it_looks_whether_the_rule_is_gone(run, resume):
    await run("balance-alert set 50")
    assert await resume("balance-alert remove low-balance") is None
    await run("balance-alert remove low-balance")
    assert "no balance alert low-balance now" in (await resume("balance-alert remove low-balance")).headline


async def test_without_a_name_a_channel_has_one_alert_and_another_channel_gets_its_own(run, ctx):
    for line in ("set 50", "set 40", "set 90 --channel <#C42|ops>"):
        await run(f"balance-alert {line}")
    assert {rule.name: (lines(rule)[0], rule.channel_id) for rule in await ctx.rules.all()} == {
        "low-balance": (Decimal(40), "C_GENERAL"),
        "low-balance-2": (Decimal(90), "C42"),
    }


async def test_a_name_that_the_settings_took_is_left_alone(run, ctx):
    await run("balance-alert set 50")
    ctx.rules.by_name["low-balance"] = dataclasses.replace(ctx.rules.by_name["low-balance"], origin="settings")
    await run("balance-alert set 60")
    assert [rule.name for rule in await ctx.rules.all()] == ["low-balance", "low-balance-2"]


async def test_a_rule_of_the_settings_is_changed_there(run, ctx):
    await run("balance-alert set 50")
    ctx.rules.by_name["low-balance"] = dataclasses.replace(ctx.rules.by_name["low-balance"], origin="settings")
    for line in ("balance-alert set 60 --name low-balance", "balance-alert remove low-balance"):
        with pytest.raises(UsageError, match='"low-balance" comes from the bot\'s settings; change it there'):
            await run(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("balance-alert set", "<amount> is missing: an amount such as"),
        ("balance-alert set fifty", 'amount: "fifty" is not an amount'),
        ("balance-alert set -5", 'amount: "-5" is below zero'),
        ("balance-alert set 0", 'amount: "0" is nothing'),
        ("balance-alert set 50 --channel #ops", 'channel: "#ops" is only text; type # and pick the channel'),
        ("balance-alert set 50 --name 'low balance'", 'name: "low balance" can\'t name a rule'),
    ],
)
async def test_bad_input_gets_one_sentence(run, ctx, line, sentence):
    with pytest.raises(UsageError) as refusal:
        await run(line)
    assert sentence in refusal.value.sentence
    assert await ctx.rules.all() == []


async def test_measures_dollars_to_the_cent(measure, deepgram):
    deepgram.set_balance(Decimal("42.10"))
    sample = await measure()
    assert (sample.value, sample.unit) == (Decimal("42.10"), "usd")


@pytest.mark.parametrize(
    ("balances", "dollars"),
    [
        ([("0.1", "usd"), ("0.2", "USD"), ("900", "hour")], "0.3"),
        ([("0", "usd")], "0"),
        ([("900", "hour")], None),
        ([], None),
    ],
)
async def test_only_dollars_are_summed(ctx, plugins, balances, dollars):
    async def answer(request):
        return JSONResponse({"balances": [{"amount": amount, "units": units} for amount, units in balances]})

    app = Starlette(routes=[Route("/v1/projects/{project}/balances", answer)])
    async with serving(app) as origin, AsyncManageClient("key", base_url=origin) as client:
        sample = plugins.checks["balance"].sample(SampleContext(ctx.project, client, ctx.clock), {})
        if dollars is not None:
            assert (await sample).value == Decimal(dollars)
        else:
            with pytest.raises(CannotMeasure, match="no balance of acme-prod in US dollars"):
                await sample


def test_settings_bring_rules_along():
    rules = [{"name": "low-balance", "threshold": 50, "channel": "C042"}]
    [spec] = load_plugins(PluginConfig({"balance-alert": {"rules": rules}})).rules
    rule = spec.rule(id="r1", project_id="p1", every=timedelta(minutes=15))
    assert (rule.origin, rule.channel_id) == ("settings", "C042")
    assert lines(rule) == [50, 10]
    assert [level.clear_at for level in rule.ladder.levels] == [55, 11]


def test_a_setting_that_does_not_fit_is_named():
    rules = [{"threshold": -5, "channel": "C042"}]
    with pytest.raises(PluginSettingsError, match=r"\[plugins.balance-alert\] rules.0.threshold: .*greater than 0"):
        load_plugins(PluginConfig({"balance-alert": {"rules": rules}}))
    with pytest.raises(PluginSettingsError, match="rulez: there is no such setting; did you mean rules"):
        load_plugins(PluginConfig({"balance-alert": {"rulez": []}}))


def test_two_rules_of_one_name_are_refused():
    rules = [{"threshold": 5, "channel": "C042"}, {"threshold": 9, "channel": "C042"}]
    with pytest.raises(PluginError, match="offers the rule 'low-balance' twice; rename one of them"):
        load_plugins(PluginConfig({"balance-alert": {"rules": rules}}))


async def test_shows_everything_about_one(run):
    await run("balance-alert set 50")
    reply = await run("balance-alert show low-balance")
    facts = {name: plain(line) for name, line in reply.parts[0].pairs}
    assert facts == {
        "Warning below": "$50, recovers at $55",
        "Critical below": "$10, recovers at $11",
        "Told": "at once",
        "Channel": "this channel",
        "Checked": "every 15m",
        "Calls when critical": "nobody",
        "Calls when warning": "nobody",
        "Says": "the usual words",
        "Runbook": "none",
        "Made": "@U_ALICE",
    }


async def test_edits_one_thing_and_leaves_the_rest(run, ctx):
    await run("balance-alert set 50")
    await run("balance-alert edit low-balance --critical 20 --every 5m --for-at-least 10m")
    [rule] = await ctx.rules.all()
    assert (lines(rule), rule.schedule.every) == ([50, 20], timedelta(minutes=5))
    assert rule.ladder.levels[0].hold.lasts == timedelta(minutes=10)
    await run("balance-alert edit low-balance --below 100 --message 'Call {{ project }}'")
    [rule] = await ctx.rules.all()
    assert (lines(rule), rule.message, rule.schedule.every) == ([100, 20], "Call {{ project }}", timedelta(minutes=5))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "--critical 60",
            r"critical: \$60 is not below \$50, where it becomes a warning; write less than \$50, or move",
        ),
        ("--critical 8 --below 7.50", r"critical: \$8 is not below \$7.50"),
        ("--message '{% for a in b %}{% endfor %}'", "The message has a loop in it"),
        ("--runbook nowhere", "The runbook 'nowhere' is no address such as"),
    ],
)
async def test_a_change_that_does_not_fit_changes_nothing(run, ctx, change, sentence):
    await run("balance-alert set 50")
    before = await ctx.rules.all()
    with pytest.raises(UsageError, match=sentence):
        await run(f"balance-alert edit low-balance {change}")
    assert await ctx.rules.all() == before


async def test_pauses_and_resumes_also_what_a_file_made(run, ctx):
    await run("balance-alert set 50")
    ctx.rules.by_name["low-balance"] = dataclasses.replace(ctx.rules.by_name["low-balance"], origin="file")
    await run("balance-alert pause low-balance")
    assert "paused by @U_ALICE" in plain((await run("balance-alert list")).parts[0].line)
    await run("balance-alert resume low-balance")
    assert "not checked yet · from the rules file" in plain((await run("balance-alert list")).parts[0].line)


async def test_setting_an_alert_again_keeps_what_an_edit_made_of_it(run, ctx):
    await run("balance-alert set 50")
    await run(
        "balance-alert edit low-balance --critical 20 --mention <!here> --runbook https://wiki.test/balance"
        " --message 'Call {{ project }}' --every 5m --for-at-least 2h"
    )
    [before] = await ctx.rules.all()
    await run("balance-alert set 60")
    [after] = await ctx.rules.all()
    assert lines(after) == [60, 20]
    assert [level.hold.lasts for level in after.ladder.levels] == [timedelta(hours=2)] * 2
    assert dataclasses.replace(after, ladder=before.ladder) == before


async def test_a_critical_line_that_nobody_chose_moves_along_and_so_does_one_that_would_be_above(run, ctx):
    await run("balance-alert set 50")
    await run("balance-alert set 100")
    assert lines((await ctx.rules.all())[0]) == [100, 20]
    await run("balance-alert edit low-balance --critical 80")
    reply = await run("balance-alert set 60")
    assert lines((await ctx.rules.all())[0]) == [60, 12]
    assert "Critical below: $80, recovers at $88 → $12, recovers at $13.20" in [plain(one.line) for one in reply.parts]


async def test_an_edit_says_what_was_and_what_is(run):
    await run("balance-alert set 50")
    reply = await run("balance-alert edit low-balance --every 5m --for-at-least 2h --mention <!here>")
    assert [plain(one.line) for one in reply.parts] == [
        "Told: at once → when it was low for 2h",
        "Checked: every 15m → every 5m",
        "Calls when critical: nobody → @here",
    ]
    again = await run("balance-alert edit low-balance --every 5m")
    assert [plain(one.line) for one in again.parts] == ["It was so before; nothing is otherwise."]


async def test_an_edit_of_nothing_says_what_can_be_changed(run):
    await run("balance-alert set 50")
    with pytest.raises(UsageError, match="Nothing to change was named; what can be: --below, --critical, --channel"):
        await run("balance-alert edit low-balance")


@pytest.mark.parametrize("none", ["none", "0", "0m", "None"])
async def test_a_hold_can_be_taken_back(run, ctx, none):
    await run("balance-alert set 50")
    await run("balance-alert edit low-balance --for-at-least 2h")
    reply = await run(f"balance-alert edit low-balance --for-at-least {none}")
    assert [plain(one.line) for one in reply.parts] == ["Told: when it was low for 2h → at once"]
    assert not (await ctx.rules.all())[0].ladder.levels[0].hold.waits


async def test_words_and_a_runbook_can_be_taken_back(run, ctx):
    await run("balance-alert set 50")
    await run("balance-alert edit low-balance --message Hurry --runbook https://wiki.test/balance")
    await run("balance-alert edit low-balance --message none --runbook none")
    [rule] = await ctx.rules.all()
    assert (rule.message, rule.runbook) == ("", "")


async def test_setting_an_alert_that_is_paused_says_that_it_still_is(run):
    await run("balance-alert set 50")
    await run("balance-alert pause low-balance")
    reply = await run("balance-alert set 60")
    assert "still paused" in plain(reply.parts[-1].line)


async def test_the_line_of_a_rule_is_never_rounded(run):
    await run("balance-alert set 20.45 --name cents")
    line = plain((await run("alerts rules")).parts[0].line)
    assert line.startswith("⏳ cents · balance below $20.45, $4.09 → this channel")


async def test_a_list_names_every_line(run, ctx):
    rule = await ctx.rules.put(RuleSpec("steps", "balance", Decimal(80), "C_GENERAL"), before=None)
    severities = [Severity.INFO, Severity.WARNING, Severity.WARNING, Severity.CRITICAL]
    levels = [cleared(one, Decimal(80 - 20 * step), Side.BELOW) for step, one in enumerate(severities)]
    ctx.rules.by_name["steps"] = dataclasses.replace(rule, ladder=Ladder(Side.BELOW, tuple(levels)))
    line = plain((await run("balance-alert list")).parts[0].line)
    assert "tells this channel below $80, warning below $60, $40, critical below $20 · " in line
