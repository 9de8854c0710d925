"""From a rules file to the message in the channel, over the real local Deepgram."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot import Hold, RuleSpec
from dgbot.app.declared import adopt_rules
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import EscalationStep
from tests.office import ALERTS, OPS

QUARTER = timedelta(minutes=15)
RULE = f"""
[[rule]]
name = "low-balance"
kind = "balance"
project = "*"
channel = "{ALERTS}"
below = {{ warning = 50, critical = 10 }}
message = "Mind {{{{ project }}}}: {{{{ value }}}} of {{{{ threshold }}}} ({{{{ labels.team }}}})"
labels = {{ team = "billing" }}
"""


@pytest.fixture
def rules_file(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(RULE)
    return path


@pytest.fixture
def settings(rules_file):
    return {"alerts": {"channel": OPS, "rules_file": str(rules_file)}}


async def test_a_rule_of_the_file_alerts_with_its_own_words(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        [told] = office.slack.channel_texts("alerts", 0)
        assert "acme-prod: $42 left, below $50" in told
        assert "Mind acme-prod: $42 of $50 (billing)" in told


async def test_a_rule_that_is_gone_from_the_file_closes_what_it_told(new_office, settings, rules_file):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        rules_file.write_text(RULE.replace("low-balance", "other").replace("50", "5").replace("10", "1"))
        await adopt_rules(office.parts)
        await office.settle()
        [told] = office.slack.channel_texts("alerts", 0)
        assert "closed, its rule is gone from the settings" in told
        assert [rule.name for rule in await office.store.rules()] == ["other"]


OTHERS = "The other rules go on; these are as they were before"
ALL = "Every rule stays as it was"


@pytest.mark.parametrize(
    ("broken", "stays"),
    [(RULE.replace("warning = 50", "warning = nan"), OTHERS), ("[[rule", ALL), ("", ALL), (None, ALL)],
)
async def test_what_is_broken_stays_as_it_was_and_the_operators_hear_of_it_once(
    new_office, settings, rules_file, broken, stays
):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        before = await office.store.rules()
        rules_file.unlink() if broken is None else rules_file.write_text(broken)
        for _ in range(2):
            await adopt_rules(office.parts)
            await office.settle()
        assert await office.store.rules() == before
        [told] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "rules.toml: 1 mistake" in told["text"]
        assert f"{stays} · dgbot alerts check rules.toml" in str(told["blocks"])


WRONG = """
[[rule]]
name = "{0}"
channel = "C0123ABCD"
{1}
"""


async def test_at_start_the_rules_that_fit_go_on_whatever_is_wrong_with_the_others(new_office, settings, rules_file):
    settings_of = {
        "kind": 'kind = "balanse"',
        "zone": 'kind = "balance"\nbelow = { warning = 5 }\nzone = "Mars"',
        "units": 'kind = "balance"\nbelow = { warning = "5 days" }',
        "hysteresis": 'kind = "balance"\nbelow = { warning = 5 }\nhysteresis = -1',
        "depth": f'kind = "balance"\nbelow = {{ warning = 5 }}\nmessage = "{{{{ {"(" * 230}rule{")" * 230} }}}}"',
        "budget": 'kind = "budget"\nparams = { amount = 0 }',
    }
    rules_file.write_text("".join(WRONG.format(name, rest) for name, rest in settings_of.items()) + RULE)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        assert [rule.name for rule in await office.store.rules()] == ["low-balance"]
        [told] = office.slack.channel_texts("alerts", 0)
        assert "acme-prod: $42 left, below $50" in told
        [ops] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "rules.toml: 6 mistakes" in ops["text"]


async def test_every_project_that_the_key_sees_is_watched_but_those_left_out(new_office, settings, rules_file):
    async with new_office(settings=settings) as office:
        listed = (await office.manage.get_projects()).projects
        await adopt_rules(office.parts)
        await office.tick(QUARTER)
        [rule] = await office.store.rules()
        watched = {one.labels["project_id"] for one in await office.store.instances(rule.id)}
        assert watched == {one.project_id for one in listed}
        rules_file.write_text(f"{RULE}\n[rule.override.{office.deepgram.project_id}]\noff = true\n")
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(1))
        await office.tick(QUARTER)
        assert office.slack.channel_texts("alerts", 0) == []


async def test_a_rule_that_is_paused_is_closed_in_grey_and_not_evaluated_until_it_goes_on(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        await office.asks("carol", "/deepgram balance-alert pause low-balance")
        [told] = office.slack.channel_texts("alerts", 0)
        assert "⚪ acme-prod: closed, paused by @carol" in told
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(1))
        await office.tick(QUARTER, QUARTER)
        assert len(office.slack.channel_texts("alerts", 0)) == 1
        assert "paused by @carol" in await office.asks("carol", "/deepgram balance-alert list")
        await office.asks("carol", "/deepgram balance-alert resume low-balance")
        await office.tick(QUARTER)
        assert "left, below $10" in office.slack.channel_texts("alerts", 0)[1]


async def test_a_test_is_marked_as_one_and_touches_no_state(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    await office.tick()
    [rule] = await office.store.rules()
    before = await office.store.instances(rule.id)
    await office.asks("carol", "/deepgram balance-alert test low-balance")
    await office.settle()
    [told] = office.slack.channel_texts("alerts", 0)
    assert "TEST · 🟡 acme-prod: $45 left, below $50" in told
    assert "TEST by @carol: nothing fires" in told
    assert await office.store.instances(rule.id) == before


async def test_a_rule_of_people_keeps_its_name_beside_one_of_the_file(new_office, settings, rules_file):
    text = rules_file.read_text()
    rules_file.write_text("")
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        rules_file.write_text(text)
        await adopt_rules(office.parts)
        await office.asks("carol", "/deepgram balance-alert pause low-balance")
        paused = {rule.origin: bool(rule.paused_by) for rule in await office.store.rules()}
        assert paused == {"slack": True, "file": False}
        assert "is removed" in await office.asks("carol", "/deepgram balance-alert remove low-balance")
        assert [rule.origin for rule in await office.store.rules()] == ["file"]
        assert "comes from the bot's file" in await office.asks("carol", "/deepgram balance-alert remove low-balance")


async def test_a_rule_of_the_settings_leaves_that_of_people_as_it_is(new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts --name refill")
        [before] = await office.store.rules()
        plugins = replace(office.parts.ground.plugins, rules=(RuleSpec("refill", "balance", Decimal(10), OPS),))
        object.__setattr__(office.parts.ground, "plugins", plugins)
        await adopt_rules(office.parts)
        assert before in await office.store.rules()
        assert len(await office.store.rules()) == 2
        object.__setattr__(office.parts.ground, "plugins", replace(plugins, rules=()))
        await adopt_rules(office.parts)
        assert await office.store.rules() == [before]


LONG = timedelta(days=9_000 * 365)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"cron": "0 9 * *"}, "is no schedule such as"),
        ({"cron": "0 9 * * *", "zone": "Mars/Base"}, "is no time zone such as"),
        ({"every": LONG}, "every of odd is 3285000 days, 0:00:00; it takes up to 3660 days."),
        ({"every": -QUARTER}, "every of odd is"),
        ({"ack_lasts": LONG}, "ack_lasts of odd is"),
        ({"repeat": {Severity.CRITICAL: LONG}}, "repeat.critical of odd is"),
        ({"escalation": (EscalationStep(LONG, OPS),)}, "escalation 1 of odd is"),
        ({"hold": Hold(LONG)}, "hold of odd is"),
        ({"message": "{{ x.y }}"}, "odd (plugins/odd.py): "),
        ({"threshold": "50"}, "odd (plugins/odd.py): "),
        ({"name": "x" * 2_500}, "is no single line of 1 to 100 characters."),
        ({"name": "a\n🟢 all fine"}, "The name 'a 🟢 all fine' is no single line"),
        ({"unit": "usd\n🟢 all fine"}, "The unit 'usd 🟢 all fine' is no single line"),
    ],
)
async def test_a_rule_of_a_plugin_that_is_none_is_told_with_its_file_and_the_others_go_on(new_office, wrong, why):
    def specs(*bad):
        good = RuleSpec("good", "balance", Decimal(50), ALERTS)
        given = replace(loaded, rules=(*bad, good), declared_in={one.name: "plugins/odd.py" for one in bad})
        object.__setattr__(office.parts.ground, "plugins", given)

    async with new_office(settings={"alerts": {"channel": OPS}}) as office:
        loaded, odd = office.parts.ground.plugins, RuleSpec("odd", "balance", Decimal(50), OPS)
        if "name" not in wrong:
            specs(odd)
            await adopt_rules(office.parts)
        before = [rule for rule in await office.store.rules() if rule.name != "good"]
        specs(replace(odd, **wrong))
        for _ in range(2):
            await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        after = await office.store.rules()
        assert [rule for rule in after if rule.name != "good"] == before, "what is in doubt stays as it was"
        assert "acme-prod: $42 left, below $50" in office.slack.channel_texts("alerts", 0)[0]
        [told] = [post for post in office.calls("chat.postMessage") if "rules of plugins: 1 mistake" in post["text"]]
        assert why in str(told["blocks"])
        assert "plugins/odd.py" in str(told["blocks"])
