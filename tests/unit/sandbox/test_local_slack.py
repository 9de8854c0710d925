"""A real Bolt app under the local Slack, once over Socket Mode and once over signed HTTP."""

import asyncio
from datetime import UTC, datetime

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack, NoSuchThing, NotAccepted
from dgbot.serving import serving
from tests.unit.sandbox.bolted import http_mode, socket_mode

CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "⏳ alice asks for an API key"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {"type": "button", "action_id": verb, "text": {"type": "plain_text", "text": label}, "value": "r1"}
            for verb, label in (("approve", "Approve"), ("deny", "Deny…"))
        ],
    },
]
FORM = {
    "type": "modal",
    "callback_id": "reason",
    "private_metadata": "r1",
    "title": {"type": "plain_text", "text": "Deny"},
    "submit": {"type": "plain_text", "text": "Deny it"},
    "close": {"type": "plain_text", "text": "Never mind"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "how",
            "optional": True,
            "label": {"type": "plain_text", "text": "How sure"},
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [
                    {"text": {"type": "plain_text", "text": word}, "value": word.lower()} for word in ("Quite", "Very")
                ],
            },
        },
    ],
}


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


@pytest.fixture
def bot(slack, client, monkeypatch):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    return Bot(client, slack.signing_secret)


class Bot(AsyncApp):
    """Bolt, keeping every payload it was given."""

    def __init__(self, client, signing_secret):
        super().__init__(client=client, signing_secret=signing_secret, process_before_response=True)
        self.received = []
        self.use(self.keep)

    async def keep(self, body, next):
        self.received.append(body)
        await next()


@pytest.fixture(params=[socket_mode, http_mode])
async def running(request, slack, bot):
    async with request.param(slack, bot):
        yield bot


async def test_a_command_is_acknowledged_and_answered_privately(slack, bot, running):
    @bot.command("/deepgram")
    async def command(ack, respond, command):
        await ack()
        await respond(f"You said {command['text']} in <#{command['channel_id']}>")

    alice, bob = slack.people["alice"], slack.people["bob"]
    before = slack.mark()
    delivered = await alice.says("/deepgram usage <7d> for @bob", channel="ops")
    await asyncio.wait_for(slack.next_change(before), 2)

    assert delivered.acked
    assert delivered.status in (200, "acked")
    assert delivered.seconds < 1
    assert alice.sees(before) == ["You said usage <7d> for @bob in #ops"]
    assert bob.sees(before) == []
    assert slack.channel_texts("ops") == []
    form = bot.received[0]
    assert form["text"] == "usage &lt;7d&gt; for <@UBOB00001|bob>"
    assert form["channel_name"] == "ops"
    assert form["user_id"] == "UALICE001"
    assert form["trigger_id"]
    assert form["is_enterprise_install"] in ("false", False)


async def test_an_ack_can_carry_the_answer_to_the_channel(slack, bot, running):
    @bot.command("/deepgram")
    async def command(ack):
        await ack(text="Hello *all*", response_type="in_channel")

    await slack.people["alice"].says("/deepgram hello")
    assert slack.channel_texts("general") == ["Hello all"]
    assert slack.people["gina"].sees() == ["Hello all"]


async def test_a_click_edits_the_card_that_everybody_sees(slack, bot, client, running):
    @bot.action("approve")
    async def approve(ack, body, client):
        await ack()
        who = body["user"]["id"]
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=f"approved by <@{who}>")

    posted = await client.chat_postMessage(channel="CKEYAPPR1", text="alice asks", blocks=CARD)
    assert slack.people["bob"].sees() == ["⏳ alice asks for an API key\n[Approve]  [Deny…]"]
    mark = slack.mark()

    assert (await slack.people["bob"].clicks("approve")).acked

    assert slack.people["carol"].sees(mark) == ["approved by @bob"]
    assert slack.channel_texts("#key-approvals") == ["approved by @bob"]
    (payload,) = bot.received
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("approve", "decide", "r1")
    assert payload["container"]["message_ts"] == posted["ts"]
    assert payload["message"]["blocks"][1] == CARD[1]
    assert slack.people["gina"].sees() == []


async def test_a_form_is_opened_filled_in_refused_and_sent(slack, bot, client, running):
    sent = []

    @bot.action("deny")
    async def deny(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bot.view("reason")
    async def reason(ack, view):
        values = view["state"]["values"]
        if len(values["why"]["text"]["value"]) < 5:
            await ack(response_action="errors", errors={"why": "Say a little more."})
            return
        sent.append((view["private_metadata"], values))
        await ack()

    await client.chat_postMessage(channel="CKEYAPPR1", text="alice asks", blocks=CARD)
    bob = slack.people["bob"]
    await bob.clicks("Deny...")
    assert bob.sees()[-1] == "Deny\nReason: ____\nHow sure: ____\n[Never mind]  [Deny it]"

    with pytest.raises(NotAccepted, match="required"):
        await bob.submits()
    with pytest.raises(NotAccepted, match="Say a little more") as refused:
        await bob.submits({"reason": "no", "How sure": "very"})
    assert refused.value.errors == {"why": "Say a little more."}
    assert bob.sees()[-1].splitlines()[1:3] == ["Reason: no  (Say a little more.)", "How sure: Very"]

    await bob.submits({"Reason": "not this quarter"})
    ((request_id, values),) = sent
    assert request_id == "r1"
    assert values["why"]["text"] == {"type": "plain_text_input", "value": "not this quarter"}
    assert values["how"]["pick"]["selected_option"]["value"] == "very"
    with pytest.raises(NoSuchThing, match="no modal open"):
        await bob.submits()


async def test_a_form_may_be_answered_with_another_view(slack, bot, client, running):
    done = {"type": "modal", "title": {"type": "plain_text", "text": "Done"}, "blocks": CARD[:1]}

    @bot.action("deny")
    async def deny(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bot.view("reason")
    async def reason(ack):
        await ack(response_action="update", view=done)

    await client.chat_postMessage(channel="CKEYAPPR1", text="alice asks", blocks=CARD)
    bob = slack.people["bob"]
    await bob.clicks("Deny")
    await bob.submits({"Reason": "no budget"})
    assert bob.sees()[-1] == "Done\n⏳ alice asks for an API key"
    await bob.clicks("close")
    assert len(bob.sees()) == 1


async def test_closing_is_told_only_if_the_bot_wants_to_know(slack, bot, client, running):
    closed = []

    @bot.action("approve")
    async def quiet(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bot.action("deny")
    async def loud(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM | {"notify_on_close": True})

    @bot.view_closed("reason")
    async def gone(ack, body):
        closed.append(body["is_cleared"])
        await ack()

    await client.chat_postMessage(channel="CKEYAPPR1", text="alice asks", blocks=CARD)
    bob = slack.people["bob"]
    await bob.clicks("Approve")
    assert (await bob.clicks("Never mind")).status == "unsent"
    await bob.clicks("Deny")
    assert (await bob.clicks("Never mind")).acked
    assert closed == [False]


async def test_an_ephemeral_is_replaced_through_its_response_url(slack, bot, client, running):
    @bot.action("approve")
    async def approve(ack, respond, body):
        await ack()
        assert "message" not in body
        await respond(text="Yours now.", replace_original=True)

    await client.chat_postEphemeral(channel="CGENERAL1", user="UALICE001", text="Take it?", blocks=CARD)
    await slack.people["alice"].clicks("Approve")
    assert slack.people["alice"].sees() == ["Yours now."]
    assert slack.people["bob"].sees() == []


async def test_a_mention_and_the_home_tab_reach_the_bot_as_events(slack, bot, client, running):
    @bot.event("app_mention")
    async def mentioned(event, say):
        await say(f"Hi <@{event['user']}>", thread_ts=event["ts"])

    @bot.event("app_home_opened")
    async def home(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    carol = slack.people["carol"]
    assert (await carol.says("just talking")).status == "unsent"
    assert (await carol.says("@dgbot are you there?", channel="general")).status == "unsent"
    with pytest.raises(NoSuchThing, match="no Home tab"):
        await carol.opens_home()
    slack.installed.events, slack.installed.home_tab = frozenset({"app_mention", "app_home_opened"}), True
    assert (await carol.says("@dgbot hello", channel="ops")).acked
    assert slack.channel_texts("ops") == ["@dgbot hello"]
    assert slack.thread_texts("ops") == ["Hi @carol"]
    mark = slack.mark()
    await carol.opens_home()
    assert carol.sees(mark) == ["⏳ alice asks for an API key\n[Approve]  [Deny…]"]


async def test_a_bot_that_refuses_or_dawdles_is_reported(slack, bot):
    slack.delivery.ack_within = 0.2

    @bot.command("/deepgram")
    async def command(ack, command):
        if command["text"] == "sleep":
            await asyncio.sleep(0.4)
        if command["text"] != "fail":
            await ack()

    alice = slack.people["alice"]
    async with http_mode(slack, bot):
        late = await alice.says("/deepgram sleep")
        failed = await alice.says("/deepgram fail")
    assert (late.acked, late.status, failed.acked, failed.status) == (False, "timeout", False, 404)
    assert alice.sees() == [
        '/deepgram failed with the error "operation_timeout"',
        '/deepgram failed with the error "dispatch_failed"',
    ]


async def test_a_forged_signature_is_refused_by_bolt(slack, bot):
    slack.delivery._secret = "wrong"
    async with http_mode(slack, bot):
        assert (await slack.people["alice"].says("/deepgram usage")).status == 401


async def test_connections_share_the_work_and_a_dropped_one_takes_its_envelope_along(slack, bot, client):
    twin = Bot(client, slack.signing_secret)
    stuck: asyncio.Queue[Bot] = asyncio.Queue()
    never = asyncio.Event()

    def listen(app):
        @app.command("/deepgram")
        async def command(ack, command):
            if command["text"] == "wait":
                stuck.put_nowait(app)
                await never.wait()
            await ack()

    listen(bot)
    listen(twin)
    alice = slack.people["alice"]
    async with socket_mode(slack, bot) as first, socket_mode(slack, twin) as second:
        while slack.delivery.connections < 2:
            await asyncio.sleep(0.005)
        assert [(await alice.says("/deepgram x")).status for _ in range(4)] == ["acked"] * 4
        assert (len(bot.received), len(twin.received)) == (2, 2)

        lost = asyncio.create_task(alice.says("/deepgram wait"))
        await {bot: first, twin: second}[await stuck.get()].close_async()
        assert (await lost).status == "nobody"
        assert len(bot.received) + len(twin.received) == 5
        assert (await alice.says("/deepgram x")).acked
    while slack.delivery.connections:
        await asyncio.sleep(0.005)
    assert (await alice.says("/deepgram x")).status == "nobody"
    never.set()


async def test_a_choice_in_a_modal_is_kept_and_told_with_the_next_click(slack, bot, client, running):
    options = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("Day", "Week")]
    select = {"type": "static_select", "action_id": "span", "options": options}
    revoke = {"type": "button", "action_id": "revoke", "text": {"type": "plain_text", "text": "Revoke it"}}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Your new key"},
        "close": {"type": "plain_text", "text": "I saved it"},
        "blocks": [{"type": "actions", "block_id": "do", "elements": [select, revoke]}],
    }

    @bot.action("approve")
    async def reveal(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bot.action("span")
    async def chosen(ack):
        await ack()

    @bot.action("revoke")
    async def revoked(ack, body, client):
        await ack()
        done = {"type": "modal", "title": view["title"], "blocks": CARD[:1]}
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=done)

    await client.chat_postMessage(channel="UALICE001", text="Approved", blocks=CARD)
    alice = slack.people["alice"]
    await alice.clicks("Approve")
    await alice.clicks("Week")
    assert alice.sees()[-1] == "Your new key\n[Week ▾]  [Revoke it]\n[I saved it]"
    await alice.clicks("revoke it")
    assert bot.received[-1]["view"]["state"]["values"]["do"]["span"]["selected_option"]["value"] == "Week"
    assert bot.received[-1]["container"]["type"] == "view"
    assert alice.sees()[-1] == "Your new key\n⏳ alice asks for an API key"


async def test_an_ack_with_blocks_slack_refuses_is_not_swallowed(slack, bot, running):
    @bot.command("/deepgram")
    async def command(ack):
        await ack(text="x", blocks=[{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}])

    await slack.people["alice"].says("/deepgram usage")
    assert slack.people["alice"].sees() == ['/deepgram failed with the error "invalid_blocks"']
