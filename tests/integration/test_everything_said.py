"""Every message and modal of the built-in plugins, as the strict local Slack takes it: in a usual, an odd and a crowded
company, each command as people type it well and badly, and each card and alert through its whole life."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.form import asks_by_form
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.holdings import Invite
from dgbot.sandbox.slack import NotAccepted
from tests.office import Office

HOSTILE = "<!channel> *x* `y` <https://evil.example|console> & \u202ereversed 🟢 " + "&" * 300
LONG = "x" * 3001
TOO_MUCH = {"msg_too_long", "msg_blocks_too_long", "no_text"}
REFUSALS = {"invalid_blocks", "invalid_arguments", "invalid_blocks_format"} | TOO_MUCH
MANY = 300
NOTHING = "0" * 32
KEY = "create-key ci --scopes usage:read"

TYPED = {
    "help": ["help", "", "help create-key", "help nothing", "invte", LONG, HOSTILE],
    "invite": ["invite new@co.com", "invite new@co.com --scope admin", "invite", "invite x", f"invite {LONG}@co.com"],
    "remove-member": ["remove-member", "remove-member x", "remove-member nobody@co.com", f"remove-member {LONG}@co.com",
                      "remove-member carol@acme.test", "remove-member alice@acme.test", "remove-member odd@co.com",
                      "remove-member erin@acme.test --now"],
    "rotate-key": ["rotate-key", "rotate-key voice-menu", "rotate-key nothing", "rotate-key call-center --ttl 900d",
                   f'rotate-key "{HOSTILE}" --reason "{HOSTILE[:150]}"', "rotate-key voice-menu --ttl 5x"],
    "alerts": ["alerts", "alerts --rule nothing", f'alerts --rule "{HOSTILE}"', "alerts --channel #alerts --page 2",
               "alerts --page 0", f"alerts --rule {LONG}"],
    "alerts rules": ["alerts rules"],
    "alerts ack": ["alerts ack", "alerts ack nothing", f"alerts ack {LONG}", "alerts ack kind=balance",
                   "alerts ack x kind=y", "alerts ack rule=x", f'alerts ack "project={HOSTILE}"'],
    "alerts snooze": ["alerts snooze", "alerts snooze nothing --for 1h", "alerts snooze x --for 9d"],
    "alerts wake": ["alerts wake", "alerts wake kind=balance", f'alerts wake "{HOSTILE}"'],
    "alerts why": ["alerts why", f'alerts why "{HOSTILE}"'],
    "alerts silence": ["alerts silence", "alerts silence x", f'alerts silence "project={HOSTILE}" --for 2h --because x',
                       f'alerts silence kind=balance --for 2h --because "{HOSTILE[:150]}" --preview',
                       f"alerts silence kind={LONG} --for 2h --because x", "alerts silences",
                       "alerts silence kind=balanse --for 2h --because x",
                       "alerts silence colour=red --for 2h --because x"],
    "alerts silences": ["alerts silences", "alerts silences --page 2"],
    "alerts unsilence": ["alerts unsilence", f'alerts unsilence "{HOSTILE}"'],
    "approvals": ["approvals", f"{KEY} --ttl 1d", f"create-key {'o' * 60} --scopes usage:write", "approvals"],
    "approvals all": ["approvals all"],
    "digest set": ["digest set", "digest set day", "digest set week --on friday --at 7:05 --zone Asia/Kathmandu",
                   "digest set day --on friday", "digest set month", "digest set day --at 25:00",
                   "digest set day --at 9", "digest set day --zone Europe", f'digest set day --zone "{HOSTILE}"',
                   "digest set week --channel #ops",
                   f"digest set day --name {LONG}", "digest set day --name daily --channel #nowhere"],
    "digest list": ["digest list", "digest"],
    "digest now": ["digest now", "digest now week", "digest now year"],
    "digest remove": ["digest remove", "digest remove nothing", f'digest remove "{HOSTILE}"', "digest remove daily"],
    "usage": ["usage", "usage --last 7d", "usage --last 90d", "usage --last 5x", "usage --last 0d"],
    "revoke-key": ["revoke-key", "revoke-key nothing", 'revoke-key "call-center"', f'revoke-key "{HOSTILE}"',
                   "revoke-key …0000", f"revoke-key {NOTHING}", "revoke-key voice-menu", "revoke-key voice-menu --now"],
    "create-key": ["create-key", "create-key ci", "create-key ci --scopes nothing", f"{KEY} --ttl 5x",
                   f"{KEY} --ttl 900d", f"create-key {'n' * 61} --scopes usage:read"],
    "keys": ["keys", "keys --mine", "keys --all", "keys all", "keys --some"],
    "balance-alert list": ["balance-alert list", "balance-alert"],
    "balance-alert set": ["balance-alert set", "balance-alert set 50", "balance-alert set 50 --channel #alerts",
                          "balance-alert set 50 --name low", "balance-alert set x",
                          "balance-alert set 50 --channel #nowhere", f"balance-alert set 50 --name {LONG}"],
    "balance-alert show": ["balance-alert show", "balance-alert show low", f'balance-alert show "{HOSTILE}"'],
    "balance-alert edit": ["balance-alert edit", "balance-alert edit nothing --below 5",
                           f'balance-alert edit low-balance --below 80 --message "{HOSTILE[:150]}"',
                           'balance-alert edit low-balance --message "{% for a in b %}"',
                           f"balance-alert edit low-balance --runbook {LONG}", "balance-alert edit low-balance",
                           "balance-alert edit low-balance --mention @key-approvers --mention-early @here",
                           f'balance-alert edit low-balance --mention "{HOSTILE[:150]}"',
                           "balance-alert show low-balance", f"balance-alert edit low-balance --mention {LONG}",
                           "balance-alert edit low-balance --for-at-least none --runbook none"],
    "balance-alert pause": ["balance-alert pause", "balance-alert pause low", "balance-alert pause low-balance"],
    "balance-alert resume": ["balance-alert resume", "balance-alert resume low", "balance-alert resume low-balance"],
    "balance-alert test": ["balance-alert test", "balance-alert test low", "balance-alert test low-balance"],
    "balance-alert remove": ["balance-alert remove low", "balance-alert remove nothing"],
}  # fmt: skip


def usual(deepgram: LocalDeepgram) -> None:
    """Leave the company as it is."""


def odd(deepgram: LocalDeepgram) -> None:
    """Let whoever names things in Deepgram's console try to reach into Slack."""
    project = deepgram.production
    project.name = HOSTILE
    for key_id, key in list(project.keys.items()):
        if key.secret != deepgram.api_key:
            project.keys[key_id] = replace(key, comment=HOSTILE, tags=(HOSTILE,))
    project.invites["odd@co.com"] = Invite("odd@co.com", HOSTILE)


def crowded(deepgram: LocalDeepgram) -> None:
    """Let the company be large, with names as long as they get."""
    project = deepgram.production
    key = next(iter(project.keys.values()))
    for number in range(MANY):
        key_id = f"{number:032x}"
        project.keys[key_id] = replace(
            key, api_key_id=key_id, secret=f"{number:040x}", comment="call-center" if number % 2 else "n" * 3000
        )


@pytest.fixture(params=[usual, odd, crowded], ids=lambda make: make.__name__)
def company(request: pytest.FixtureRequest, deepgram: LocalDeepgram) -> LocalDeepgram:
    make: Callable[[LocalDeepgram], None] = request.param
    make(deepgram)
    return deepgram


@pytest.fixture
def taken(office: Office, logged) -> Callable[[], None]:
    """Check that Slack took everything, that something was said, and that nothing broke."""

    def taken() -> None:
        refused = [(call.method, call.error) for call in office.slack.calls if call.error in REFUSALS]
        assert refused == []
        assert [call for call in office.slack.calls if call.ok and call.method != "auth.test"]
        assert [event for event in logged if event["log_level"] in {"error", "critical"}] == []

    return taken


def test_every_built_in_command_is_typed_here():
    assert set(TYPED) == {"help"} | {command.name for command in load_plugins(PluginConfig()).commands}


@pytest.mark.parametrize("command", TYPED)
async def test_a_command_typed_well_and_badly_says_only_what_slack_takes(company, office, taken, command):
    if command.startswith("balance-alert "):
        await office.asks("carol", "/deepgram balance-alert set 50 --name low-balance")
    lines = TYPED[command] + [
        line for one in office.parts.ground.plugins.commands if one.name == command for line in one.examples
    ]
    for who in ("carol", "alice", "gina"):
        for line in lines:
            assert await office.asks(who, f"/deepgram {line}"), (who, line)
    taken()


FILLED: dict[str, list[dict[str, str]]] = {
    "invite": [{"Email": "new@co.com"}, {"Email": f"{LONG}@co.com"}, {"Email": "jürgen@co.com"}],
    "remove-member": [{"Email": "nobody@co.com"}, {"Email": "carol@acme.test"},
                      {"Email": "bob@acme.test", "At once": "Don't ask first"}],
    "revoke-key": [{"Key": "nothing"}, {"Key": HOSTILE}, {"Key": "call-center"}],
    "create-key": [{"Name": "n" * 61}, {"Name": HOSTILE}, {"Name": "ci", "Scopes": "usage:read", "Reason": HOSTILE}],
    "balance-alert set": [{"Amount": "x"}, {"Amount": "50", "Name": LONG}, {"Amount": "50", "Channel": "#alerts"}],
    "digest set": [{"Every": "day"}, {"Every": "week", "On": "friday", "At": "17:00", "Zone": "Europe/Berlin"},
                   {"Every": "day", "Zone": HOSTILE}, {"Every": "week", "Name": HOSTILE},
                   {"Every": "day", "On": "friday"}, {"Every": "week", "Channel": "#alerts"}],
    "digest remove": [{"Name": HOSTILE}, {"Name": "nothing"}, {"Name": "daily"}],
    "rotate-key": [{"Key": "voice-menu"}, {"Key": HOSTILE, "Reason": HOSTILE}, {"Key": "voice-menu", "Reason": "due"}],
    "alerts ack": [{"Alert": HOSTILE}],
    "alerts snooze": [{"Alert": HOSTILE}, {"Alert": "x", "For": "tomorrow"}],
    "alerts wake": [{"Alert": HOSTILE}],
    "alerts why": [{"Alert": HOSTILE}],
    "alerts silence": [{"Matchers": HOSTILE, "For": "1h", "Because": "x"},
                       {"Matchers": "kind=balance", "For": "1h", "Because": HOSTILE}],
    "alerts unsilence": [{"Silence": HOSTILE}],
    "balance-alert show": [{"Name": HOSTILE}, {"Name": "nothing"}],
    "balance-alert edit": [{"Name": "nothing", "Below": "80"}, {"Name": "low-balance", "Message": HOSTILE},
                           {"Name": "low-balance", "Mention": HOSTILE}, {"Name": "low-balance", "Mention": "@here"}],
    "balance-alert pause": [{"Name": HOSTILE}, {"Name": "low-balance"}],
    "balance-alert resume": [{"Name": HOSTILE}, {"Name": "low-balance"}],
    "balance-alert test": [{"Name": HOSTILE}, {"Name": "low-balance"}],
    "balance-alert remove": [{"Name": HOSTILE}, {"Name": "nothing"}],
}  # fmt: skip


def test_every_built_in_form_is_filled_in_here():
    assert set(FILLED) == {c.name for c in load_plugins(PluginConfig()).commands if asks_by_form(c)}


@pytest.mark.parametrize("command", FILLED)
async def test_a_form_filled_in_well_and_badly_says_only_what_slack_takes(company, office, taken, command):
    if command.startswith("balance-alert "):
        await office.asks("carol", "/deepgram balance-alert set 50 --name low-balance")
    for fields in FILLED[command]:
        assert await office.asks("carol", f"/deepgram {command}")
        with contextlib.suppress(NotAccepted):
            assert await office.submits("carol", **fields), fields
    taken()


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 0])
async def test_a_command_that_deepgram_refuses_says_only_what_slack_takes(office, taken, status):
    office.deepgram.fail("*", "*", status)
    for line in ("usage", "invite new@co.com", "revoke-key call-center", KEY):
        assert await office.asks("carol", f"/deepgram {line}"), line
    taken()


async def test_a_key_that_is_revealed_and_revoked_says_only_what_slack_takes(company, office, taken):
    ask = f'/deepgram create-key "{"k" * 60}" --scopes usage:read --ttl 7d --reason "{HOSTILE[:150]}"'
    assert "key" in await office.asks("alice", ask)
    assert "Request for a key" in await office.clicks("bob", "Details")
    await office.clicks("bob", "Close")
    assert "approved" in await office.clicks("bob", "Approve")
    assert "Copy it now" in await office.clicks("alice", "Reveal key")
    assert await office.clicks("alice", "Revoke it")
    taken()


async def test_a_key_that_is_revoked_by_a_button_says_only_what_slack_takes(company, office, taken):
    [key_id, *_] = [key.api_key_id for key in company.keys if key.secret != company.api_key]
    assert "Nothing has changed yet" in await office.asks("carol", f"/deepgram revoke-key {key_id}")
    assert "Revoked" in await office.clicks("carol", "Revoke it")
    assert key_id not in {key.api_key_id for key in company.keys}
    taken()


async def test_votes_reminders_and_a_broken_glass_say_only_what_slack_takes(company, new_office, taken, office):
    settings = {"approvals": {"yes": 2, "no": 2, "break_glass": ["admins"], "commands": ["invite"]}}
    async with new_office(settings=settings) as two:
        assert "Asked" in await two.asks("alice", f'/deepgram {KEY} --reason "{HOSTILE[:150]}"')
        assert "Asked" in await two.asks("carol", f'/deepgram invite new@co.com --reason "{HOSTILE[:150]}"')
        await two.tick(timedelta(hours=1))
        assert await two.asks("bob", "/deepgram approvals")
        await two.clicks("bob", "Approve")
        await two.asks("alice", f"/deepgram {KEY} --ttl 1d")
        await two.clicks("carol", "Details")
        await two.clicks("carol", "Break the glass…")
        await two.submits("carol", Reason=(HOSTILE * 2)[:500])
        assert await two.asks("alice", "/deepgram approvals")
        assert await two.asks("carol", "/deepgram approvals all")
        await two.tick(timedelta(hours=1), timedelta(hours=9))
    taken()


async def test_a_rotated_key_says_only_what_slack_takes(company, office, taken):
    await office.asks("alice", "/deepgram rotate-key voice-menu")
    request = await office.the_request() if "Asked" in "".join(office.slack.people["alice"].sees()) else None
    if request is not None:
        await office.clicks("bob", "Details")
        await office.clicks("bob", "Close")
        await office.clicks("bob", "Approve")
        await office.clicks("alice", "Reveal key")
        await office.tick(timedelta(days=2))
        assert await office.clicks("alice", "Revoke the old key")
    taken()


async def test_reports_on_the_keys_say_only_what_slack_takes(company, new_office, taken):
    async with new_office(settings={"reconciliation": {"enabled": True}}) as watching:
        await watching.tick(timedelta(), timedelta(minutes=10))
        for key_id in [key.api_key_id for key in company.keys if key.secret != company.api_key][:-2]:
            company.production.delete_key(key_id, watching.clock.now())
        await watching.tick(timedelta(days=1))
        company.fail("GET", "/v1/projects/*/keys", 503)
        await watching.tick(timedelta(days=1), timedelta(hours=1))
        company.heal()
        await watching.tick(timedelta(hours=1))
        _report, _sees = watching.slack.channel_texts("ops")
    taken()


@pytest.mark.parametrize("reason", ["", "Use staging", (HOSTILE * 2)[:500]])
async def test_a_key_that_is_denied_says_only_what_slack_takes(company, office, taken, reason):
    await office.asks("carol", f"/deepgram {KEY}")
    assert "Ask someone else" in await office.clicks("carol", "Approve")
    await office.clicks("bob", "Deny…")
    assert "denied" in await office.submits("bob", **({"Reason": reason} if reason else {}))
    taken()


async def test_a_request_that_expires_says_only_what_slack_takes(company, office, taken):
    await office.asks("alice", f"/deepgram {KEY}")
    await office.tick(timedelta(hours=9))
    await office.asks("alice", f"/deepgram {KEY}")
    await office.clicks("bob", "Approve")
    await office.tick(timedelta(hours=25))
    assert sum("expired" in text for text in office.slack.channel_texts("key-approvals")) == 2
    taken()


async def test_a_key_that_deepgram_refuses_says_only_what_slack_takes(company, office, taken):
    await office.asks("alice", f"/deepgram {KEY}")
    await office.clicks("bob", "Approve")
    office.deepgram.fail("POST", "*/keys", 403)
    assert await office.clicks("alice", "Reveal key")
    office.deepgram.heal()
    await office.tick(timedelta(minutes=10), timedelta(minutes=10))
    taken()


async def test_a_digest_of_everything_says_only_what_slack_takes(company, office, taken):
    project = company.production
    workload = project.workloads[0]
    project.workloads += [
        replace(workload, number=100 + n, use=replace(workload.use, accessor=key_id, tags=(HOSTILE, f"{n}" * 300)))
        for n, key_id in enumerate(list(project.keys)[-MANY:])
    ]
    for key_id, key in list(project.keys.items()):
        project.keys[key_id] = replace(key, expires=office.clock.now() + timedelta(days=5))
    for amount in range(600, 620):
        await office.asks("carol", f"/deepgram balance-alert set {amount} --channel #ops --name at-{amount}")
    await office.asks("carol", "/deepgram digest set day --channel #alerts --zone Europe/Berlin")
    await office.asks("carol", "/deepgram digest set week --on monday --channel #alerts --zone Europe/Berlin")
    await office.asks("alice", f"/deepgram {KEY}")
    await office.tick(timedelta(hours=1), timedelta(hours=17))
    assert len(office.slack.channel_texts("alerts")) == 2
    company.fail("*", "*", 503)
    await office.tick(timedelta(days=1), timedelta(hours=1))
    assert len(office.slack.channel_texts("alerts")) == 3
    taken()


async def test_an_alert_through_its_whole_life_says_only_what_slack_takes(company, office, taken):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    quarter = timedelta(minutes=15)
    for left in ("42", "0", "0.004", "540", "123456789.99", "49.999"):
        office.deepgram.set_balance(Decimal(left))
        await office.tick(quarter, quarter, quarter)
    office.deepgram.fail("GET", "*/balances", 403)
    await office.tick(*[quarter] * 5)
    office.deepgram.heal()
    await office.tick(quarter, quarter)
    assert office.slack.channel_texts("alerts")
    assert office.slack.channel_texts("ops")
    taken()
