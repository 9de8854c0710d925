"""What stands beside the conversation: the clock, the money, the console, the trouble, and the bot's process."""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal

import aiohttp
import pytest

from dgbot.sandbox.demo import Surroundings, sandbox, serve
from dgbot.sandbox.page import trouble
from tests.unit.sandbox.pages import NOON, Tab, office
from tests.unit.sandbox.smallbot import SMALL_BOT

SMALL = Surroundings(mode="http", command=(sys.executable, "-c", SMALL_BOT))


@pytest.fixture
async def acme():
    async with office() as opened:
        yield opened


@pytest.fixture
def project(acme):
    return acme.deepgram.project_id


async def held(acme):
    return (await acme.first("/page/holdings"))["projects"][0]


# The clock and the money


async def test_the_world_follows_its_levers(acme):
    async with acme.session.ws_connect("/page/world") as feed:
        first = await feed.receive_json()
        assert (first["now"], first["balance"]) == (NOON.timestamp(), f"{acme.deepgram.balance:.2f}")
        assert await acme.post("/page/balance", amount="20") == {"ok": True}
        drained = await feed.receive_json()
        assert Decimal(drained["balance"]) == 20
    assert await acme.post("/page/clock", by="3h") == {"ok": True}
    assert (await acme.first("/page/world"))["now"] == NOON.timestamp() + 3 * 3600


async def test_topping_up_never_takes_money_away(acme, project):
    await acme.post("/page/balance", amount=900)
    assert await acme.post("/page/balance", amount=500, more=True) == {"ok": True}
    assert acme.deepgram.balance == 1400
    assert await acme.post("/page/console", do="tops_up", project=project, amount=500) == {"ok": True}
    assert acme.deepgram.balance == 1900


async def test_the_world_says_how_often_the_bot_looks(acme):
    assert (await acme.first("/page/world"))["every"] == 15 * 60


async def test_the_world_says_whether_the_bot_has_followed_the_clock(acme):
    assert (await acme.first("/page/world"))["followed"] is True
    await acme.post("/page/clock", by="3h")
    assert (await acme.first("/page/world"))["followed"] is False
    from dgbot.serving import serving

    async with serving(acme.clock.app) as origin:
        following = asyncio.ensure_future(acme.session.get(f"{origin}/clock?seen=1"))
        assert (await acme.until("/page/world", lambda one: one["followed"]))["followed"] is True
        following.cancel()


async def test_a_clock_that_would_leave_the_calendar_stays(acme):
    refusals = [await acme.post("/page/clock", by="3660d") for _ in range(20)]
    assert refusals[0] == {"ok": True}
    assert refusals[-1] == {"ok": False, "error": "The clock goes no further than the year 2200."}
    assert (await acme.first("/page/world"))["now"] == acme.clock.now().timestamp()


# Deepgram's console


async def test_the_console_shows_what_each_project_holds(acme):
    production, staging = (await acme.first("/page/holdings"))["projects"]
    assert (production["name"], staging["name"]) == ("acme-prod", "acme-staging")
    assert Decimal(production["left"]) == sum(Decimal(one["amount"]) for one in production["balances"])
    assert {one["role"] for one in production["members"]} == {"owner", "member", "admin"}
    [bots] = [one["comment"] for one in production["keys"] if one["bots"]]
    assert bots == "dgbot"
    assert [one["comment"] for one in production["keys"] if not one["lives"]] == ["spring-trial"]
    today, week = production["usage"]["today"], production["usage"]["week"]
    assert 0 < today["requests"] < week["requests"]
    assert 0 < Decimal(today["spent"]) < Decimal(week["spent"])


async def test_a_key_made_behind_the_bots_back_is_there_and_its_secret_nowhere(acme, project):
    owner = (await held(acme))["members"][0]
    made = {"do": "makes_key", "project": project, "member": owner["id"], "comment": "by hand", "lives": "30d"}
    assert await acme.post("/page/console", **made, scopes=["usage:read"]) == {"ok": True}
    shown = await acme.first("/page/holdings")
    [key] = [one for one in shown["projects"][0]["keys"] if one["comment"] == "by hand"]
    assert (key["owner"], key["scopes"]) == (owner["email"], ["usage:read"])
    assert key["expires"] - key["created"] == 30 * 86400
    listed = await acme.calls("GET", f"/v1/projects/{project}/keys")
    assert key["id"] in [one["api_key"]["api_key_id"] for one in listed["api_keys"]]
    everything = json.dumps(shown)
    assert [
        key.secret for key in acme.deepgram.keys if key.secret[-4:] in everything and key.secret in everything
    ] == []
    assert await acme.post("/page/console", do="revokes_key", project=project, key=key["id"]) == {"ok": True}
    assert key["id"] not in json.dumps(await acme.first("/page/holdings"))


async def test_people_join_are_invited_and_go_with_their_keys(acme, project):
    await acme.post("/page/console", do="invites", project=project, email="dave@acme.test", role="admin")
    assert (await held(acme))["invites"] == [{"email": "dave@acme.test", "role": "admin"}]
    await acme.post("/page/console", do="adds_member", project=project, email="Dave@acme.test")
    shown = await held(acme)
    assert shown["invites"] == []
    assert [one["role"] for one in shown["members"] if one["email"] == "Dave@acme.test"] == ["member"]
    [alice] = [one for one in shown["members"] if one["email"] == "alice@acme.test"]
    assert await acme.post("/page/console", do="removes_member", project=project, member=alice["id"]) == {"ok": True}
    assert len((await held(acme))["keys"]) == len(shown["keys"]) - alice["keys"]


async def test_an_invitation_is_accepted_or_withdrawn(acme, project):
    for name in ("dave", "erika"):
        await acme.post("/page/console", do="invites", project=project, email=f"{name}@acme.test", role="admin")
    accepted = await acme.post("/page/console", do="accepts_invite", project=project, email="dave@acme.test")
    withdrawn = await acme.post("/page/console", do="withdraws_invite", project=project, email="erika@acme.test")
    assert accepted == withdrawn == {"ok": True}
    shown = await held(acme)
    assert shown["invites"] == []
    assert [one["email"] for one in shown["members"] if one["role"] == "admin"][-1] == "dave@acme.test"
    assert "erika@acme.test" not in json.dumps(shown["members"])
    again = await acme.post("/page/console", do="accepts_invite", project=project, email="dave@acme.test")
    assert again["error"] == "There is no such invitation any more."


async def test_the_console_counts_requests_as_the_usage_report_does(acme, project):
    week = (await held(acme))["usage"]["week"]
    used = await acme.calls("GET", f"/v1/projects/{project}/usage?start=2026-11-16&end=2026-11-22")
    assert week["requests"] == sum(one["requests"] for one in used["results"])
    assert week["speeches"] > 0


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ({"do": "makes_key", "member": "nobody", "comment": "x", "scopes": ["usage:read"]}, "no such member"),
        ({"do": "makes_key", "member": "nobody", "comment": "x", "scopes": ["fly"]}, "'fly' is no scope"),
        ({"do": "makes_key", "member": "nobody", "comment": "x", "scopes": []}, "Name 1 to 50 scopes"),
        (
            {"do": "makes_key", "member": "m", "comment": "x", "scopes": ["usage:read"], "lives": "soon"},
            "not a duration",
        ),
        ({"do": "revokes_key", "key": "nothing"}, "no such key"),
        ({"do": "adds_member", "email": "dave"}, "not an e-mail address"),
        ({"do": "adds_member", "email": "alice@acme.test"}, "a member already"),
        ({"do": "invites", "email": "dave@acme.test", "role": "king"}, "none of member, admin, owner"),
        ({"do": "leaves", "amount": "much"}, "is not an amount"),
        ({"do": "leaves", "amount": -1}, "is no balance"),
    ],
)
async def test_what_the_console_can_not_do_is_refused_with_a_sentence(acme, project, deed, why):
    before = await held(acme)
    answer = await acme.post("/page/console", project=project, **deed)
    assert answer["ok"] is False
    assert why in answer["error"]
    assert await held(acme) == before


async def test_the_last_owner_stays_and_a_stranger_project_is_refused(acme, project):
    [owner] = [one for one in (await held(acme))["members"] if one["role"] == "owner"]
    refused = await acme.post("/page/console", do="removes_member", project=project, member=owner["id"])
    assert "only owner" in refused["error"]
    assert "no such project" in (await acme.post("/page/console", do="leaves", project="p", amount=1))["error"]


# Trouble


async def standing(acme):
    return (await acme.first("/page/world"))["troubles"]


async def test_trouble_on_both_sides_is_listed_counted_and_healed(acme):
    await acme.post("/page/slack", how="rate_limit", times=2)
    await acme.post("/page/slack", how="lost_edit")
    await acme.post("/page/faults", fault="status", method="GET", status=503)
    limited, edits, reads = await standing(acme)
    assert (limited["side"], limited["what"], limited["left"]) == ("Slack", "every call: 429, retry after 5 s", 2)
    assert edits["what"] == "chat.update: message_not_found"
    assert (reads["side"], reads["what"], reads["left"]) == ("Deepgram", "GET: HTTP 503", None)
    async with acme.session.post("/api/auth.test", data={"token": acme.slack.bot_token}) as answer:
        assert (answer.status, answer.headers["retry-after"]) == (429, "5")
    assert [one["left"] for one in await standing(acme)] == [1, None, None]
    await acme.post("/page/heal", side="Deepgram", number=reads["number"])
    assert [one["side"] for one in await standing(acme)] == ["Slack", "Slack"]
    await acme.post("/page/heal", side="Slack", number=limited["number"])
    assert [one["number"] for one in await standing(acme)] == [edits["number"]]
    await acme.post("/page/slack", how="revoke")
    assert [one["number"] for one in await standing(acme)] == [0, edits["number"]]
    await acme.post("/page/heal", side="Slack", number=0)
    assert [one["number"] for one in await standing(acme)] == [edits["number"]]
    await acme.post("/page/faults", fault="delay", seconds=1)
    await acme.post("/page/heal")
    assert await standing(acme) == []
    assert (await acme.bot.auth_test())["ok"]


async def test_a_slack_that_was_away_comes_back_by_itself(acme, monkeypatch):
    monkeypatch.setattr(trouble, "AWAY", 0.2)
    ticket = acme.slack.delivery.sockets.new_ticket()
    async with acme.session.ws_connect(f"/socket?ticket={ticket}") as bots:
        await bots.receive_json()
        await acme.post("/page/slack", how="away")
        assert (await bots.receive()).type is aiohttp.WSMsgType.CLOSE
    with pytest.raises(aiohttp.ClientError):
        await acme.bot.auth_test()
    await acme.until("/page/world", lambda one: not one["troubles"])
    assert (await acme.bot.auth_test())["ok"]


async def test_a_bot_in_socket_mode_is_asked_for_another_connection(acme):
    refused = await acme.post("/page/slack", how="refresh")
    assert refused["error"] == "The bot has no Socket Mode connection that could be told."
    ticket = acme.slack.delivery.sockets.new_ticket()
    async with acme.session.ws_connect(f"/socket?ticket={ticket}") as bots:
        await bots.receive_json()
        await acme.post("/page/slack", how="warn")
        assert (await bots.receive_json())["reason"] == "warning"
        await acme.post("/page/slack", how="refresh")
        assert (await bots.receive_json())["reason"] == "refresh_requested"


async def test_nobody_starts_a_bot_that_nobody_keeps(acme):
    assert (await acme.first("/page/world"))["bot"]["state"] == "down"
    assert await acme.post("/page/bot", do="start") == {"ok": False, "error": "Nobody here can start a bot."}
    assert (await acme.post("/page/slack", how="restart"))["error"] == "This Slack's server is not ours to restart."


async def test_only_changes_are_struck_when_only_changes_should(acme, project):
    await acme.post("/page/faults", fault="status", method="POST,PUT,PATCH,DELETE", status=503)
    assert [one["what"] for one in await standing(acme)] == ["changes: HTTP 503"]
    assert "projects" in await acme.calls("GET", "/v1/projects")
    invited = await acme.calls("POST", f"/v1/projects/{project}/invites", json={"email": "d@a.test", "scope": "member"})
    assert "err_code" in invited or "category" in invited
    assert (await held(acme))["invites"] == []
    assert (await acme.post("/page/faults", fault="drop", method="POST,FLY"))["ok"] is False


# The bot's process


def in_state(state):
    return lambda told: told["bot"]["state"] == state


async def test_the_bot_is_killed_and_started_from_the_page_and_the_demo_goes_on():
    shown: list[str] = []
    async with sandbox(SMALL, shown.append) as ready, aiohttp.ClientSession(ready.slack.origin) as session:
        tab = Tab(session)
        serving = asyncio.create_task(serve(ready))
        assert (await tab.post("/page/bot", do="start"))["error"] == "The bot is running already."
        assert await tab.post("/page/bot", do="kill") == {"ok": True}
        assert (await tab.first("/page/world"))["bot"]["state"] == "down"
        assert (await tab.post("/page/bot", do="kill"))["error"] == "The bot is not running; start it first."
        starting = asyncio.create_task(tab.post("/page/bot", do="start"))
        await tab.until("/page/world", in_state("starting"))
        assert await starting == {"ok": True}
        told = (await tab.until("/page/world", in_state("up")))["bot"]
        assert [one["what"].partition(";")[0] for one in told["happened"]] == [
            "The bot was killed (SIGKILL).",
            "The bot was started",
        ]
        assert (await ready.slack.people["carol"].says("/deepgram again")).acked
        assert await tab.post("/page/slack", how="restart") == {"ok": True}
        assert [one.what for one in ready.keeper.happened][-1] == "Slack's server was restarted."
        assert not serving.done()
        serving.cancel()
    assert "The bot was killed (SIGKILL)." in shown


async def test_a_bot_that_is_killed_while_it_starts_is_down():
    never = SMALL_BOT.replace('web.get("/readyz", page), ', "")
    async with sandbox(SMALL, print) as ready, aiohttp.ClientSession(ready.slack.origin) as session:
        tab = Tab(session)
        await tab.post("/page/bot", do="kill")
        ready.bot._command = (sys.executable, "-c", never)
        starting = asyncio.create_task(tab.post("/page/bot", do="start"))
        await tab.until("/page/world", in_state("starting"))
        assert await tab.post("/page/bot", do="kill") == {"ok": True}
        await starting
        assert (await tab.first("/page/world"))["bot"]["state"] == "down"


async def test_a_bot_that_ends_by_itself_is_mourned_once_and_started_again():
    shown: list[str] = []
    async with sandbox(SMALL, shown.append) as ready, aiohttp.ClientSession(ready.slack.origin) as session:
        tab = Tab(session)
        serving = asyncio.create_task(serve(ready))
        await ready.slack.people["carol"].says("/deepgram die")
        fallen = (await tab.until("/page/world", lambda told: told["bot"]["happened"]))["bot"]
        assert fallen["state"] == "fallen"
        assert fallen["words"].splitlines() == [
            "The bot's process ended by itself (exit code 7).",
            "Its last words:",
            "up",
            "I die with ***",
        ]
        async with session.get("/page/log") as answer:
            assert (await answer.json())["lines"] == ["up", "I die with ***"]
        assert await tab.post("/page/bot", do="start") == {"ok": True}
        told = (await tab.until("/page/world", in_state("up")))["bot"]
        assert told["words"] == ""
        serving.cancel()
    told_of = [text for text in shown if text.startswith("The bot's process ended by itself")]
    assert len(told_of) == 1
    assert ready.deepgram.api_key not in "\n".join(shown)


async def test_slacks_server_goes_away_and_comes_back_on_its_port_with_its_workspace():
    async with sandbox(SMALL, print) as ready, aiohttp.ClientSession(ready.slack.origin) as session:
        origin = ready.front.origin
        await ready.slack.people["carol"].says("hello")
        async with session.ws_connect("/page/screen?who=carol") as page:
            await page.receive_json()
            away = asyncio.create_task(ready.front.restart(away=0.3))
            assert (await page.receive()).type is aiohttp.WSMsgType.CLOSE
        while not away.done():
            try:
                async with session.get("/") as answer:
                    assert answer.status == 200
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
        await away
        assert ready.front.origin == origin
        again = await Tab(session).first("/page/screen?who=carol")
        assert [one["text"] for one in again["channels"][0]["messages"]] == ["hello"]
        assert await Tab(session).post("/page/slack", how="restart") == {"ok": True}


@pytest.mark.slow
async def test_the_real_bot_finds_a_slack_that_was_away(tmp_path):
    async with sandbox(Surroundings(keep=tmp_path / "kept"), print) as ready:
        await ready.front.restart()
        async with asyncio.timeout(60):
            while not ready.slack.delivery.connections:
                await asyncio.sleep(0.1)
        delivered = await ready.slack.people["carol"].says("/deepgram help")
        assert delivered.acked
        await ready.bot.settled(within=15)
        assert any("You may" in text or "/deepgram" in text for text in ready.slack.people["carol"].sees())
