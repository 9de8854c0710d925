"""What happens while the bot is killed: short stories about people who click again when nothing came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from tests.faults.crashes.town import LIVES, Town

Story = Callable[[Town], Awaitable[None]]

INVITED = "dana@co.com"
HALF_AN_HOUR = timedelta(minutes=30)
SWEPT = timedelta(minutes=6)
TILL_NIGHT, THE_NIGHT = timedelta(hours=7, minutes=30), timedelta(hours=8, minutes=30)
"""The stories begin at 14:00 UTC; nobody is to be woken from 21:00 to 6:00."""


async def create(town: Town) -> None:
    """A key is asked for, approved, revealed until a key or a refusal is there, and revoked by its owner."""
    asked = '/deepgram create-key ci --scopes usage:read --ttl 7d --reason "nightly batch"'
    await town.says("alice", asked, until="Asked key-approvers")
    if not await town.clicks("bob", "Approve"):
        town.lost.append("bob has nothing to approve")
    for _ in range(LIVES):
        if town.requests()[0].state != "approved":
            break
        await town.clicks("alice", "Reveal key")
        await town.settles()
    else:
        town.lost.append("the approval never came to an end")
    [request] = town.requests()
    if request.state == "delivered":
        _check_delivered(town, request.key_id)
        await town.clicks("alice", "Revoke it")
    await town.waits(SWEPT)
    [ended] = town.requests()
    if ended.state != {"delivered": "revoked"}.get(request.state, "failed"):
        town.lost.append(f"the request ended as {ended.state}")
    if {"revoked": "is revoked", "failed": "No key was created"}.get(ended.state, "?") not in town.screen("alice"):
        town.lost.append("alice was not told how it ended")


def _check_delivered(town: Town, key_id: str | None) -> None:
    live = {key.api_key_id: key.secret for key in town.deepgram.keys}
    if live.get(str(key_id)) not in town.shown():
        town.lost.append("the key that was delivered is dead, or was never shown")


async def create_unanswered(town: Town) -> None:
    """The same while Deepgram makes the first key and its answer is lost."""
    town.deepgram.lose_answer("POST", "/v1/projects/*/keys")
    await create(town)


async def create_unseen(town: Town) -> None:
    """The same while Slack shows the first key and nobody hears of it."""
    town.slack.faults.drop("views.update", performed=True)
    await create(town)


async def invite(town: Town) -> None:
    """A colleague is invited."""
    await town.says("carol", f"/deepgram invite {INVITED}", until=INVITED)
    sent = [one for one in town.deepgram.invites if one.email == INVITED]
    if len(sent) != 1:
        town.lost.append(f"{len(sent)} invitations are open")
    posted = [
        s for s in town.deepgram.requests if s.method == "POST" and s.path.endswith("/invites") and s.status < 300
    ]
    if len(posted) > 1:
        town.doubled.append(f"{len(posted)} invitations were sent")


async def revoke(town: Town) -> None:
    """Somebody's key is looked at, and revoked."""
    await town.says("carol", "/deepgram revoke-key call-center", until="Revoke it")
    if not await town.clicks("carol", "Revoke it"):
        town.lost.append("carol has nothing to confirm")
    if any(key.comment == "call-center" for key in town.deepgram.keys):
        town.lost.append("the key still lives")
    if not any(told in town.screen("carol") for told in ("Revoked", "gone", "nothing can use it")):
        town.lost.append("carol does not know what became of the key")


async def alert(town: Town) -> None:
    """The balance falls, stays low, and recovers."""
    await town.waits(timedelta())
    for balance in ("42.45", "41.00", "540"):
        town.deepgram.set_balance(Decimal(balance))
        await town.waits(HALF_AN_HOUR)
        if not town.slack.channel_texts("alerts"):
            town.lost.append("nobody read that the balance is low")
    texts = town.slack.channel_texts("alerts")
    if not any("recovered" in text for text in texts):
        town.lost.append("nobody read that the balance fell and recovered")
    shown = [text for text in texts if "Rule low-balance" in text]
    if len(shown) > 1 + len(town.died) or len(texts) > 2 + 2 * len(town.died):
        town.doubled.append(f"{len(texts)} messages about one incident")


async def digest(town: Town) -> None:
    """A channel is to hear every day what was spent, and does so for two days."""
    line = "/deepgram digest set day --at 15:00 --zone UTC --channel #alerts"
    await town.says("carol", line, until="hears its spending every day")
    for _ in range(2):
        await town.waits(timedelta(hours=2), timedelta(hours=22))
    days = town.ground.database.rows("SELECT day FROM digest_posts ORDER BY day")
    queued = town.ground.database.rows("SELECT key FROM outbox WHERE kind = 'digest'")
    if [day for (day,) in days] != ["2026-11-22", "2026-11-23"]:
        town.lost.append(f"digests were posted for {days}")
    if len(queued) != len(days):
        town.doubled.append(f"{len(queued)} digests of {len(days)} days are in the outbox")
    texts = [text for text in town.slack.channel_texts("alerts") if "spent" in text]
    if len({text.partition(":")[0] for text in texts}) != len(days):
        town.lost.append(f"{len(texts)} digests were read")
    if len(texts) > len(days) + len(town.died):
        town.doubled.append(f"{len(texts)} digests were read")


async def alert_hushed(town: Town) -> None:
    """A fall is silenced, told when the silence ends, acknowledged; the key is refused for a while; it recovers."""
    await town.waits(timedelta())
    await town.says("carol", '/deepgram alerts silence kind=balance --for 50m --because "a release"', until="Silenced")
    town.deepgram.set_balance(Decimal("42.45"))
    await town.waits(HALF_AN_HOUR, timedelta(minutes=16))
    if town.slack.channel_texts("alerts"):
        town.doubled.append("what is silenced was told")
    await town.waits(timedelta(minutes=6))  # not due before 15:00
    if not town.slack.channel_texts("alerts"):
        town.lost.append("what still fires was not told when the silence ended")
    if not await town.clicks("carol", "Acknowledge"):
        town.lost.append("carol has nothing to acknowledge")
    town.deepgram.fail("GET", "*/balances", 403)
    await town.waits(HALF_AN_HOUR)
    town.deepgram.heal()
    town.deepgram.set_balance(Decimal(540))
    await town.waits(HALF_AN_HOUR, HALF_AN_HOUR)
    if not any("recovered" in text for text in town.slack.channel_texts("alerts")):
        town.lost.append("nobody read that it recovered")
    if not any("The bot sees again" in text for text in town.slack.channel_texts("ops")):
        town.lost.append("the operators never read that the key is refused, and that it works again")


async def alert_at_night(town: Town) -> None:
    """Two alerts fire in quiet hours, are told together when those end, and recover."""
    await town.says("carol", "/deepgram balance-alert set 60 --channel #alerts --name second", until="60")
    await town.waits(TILL_NIGHT)
    town.deepgram.set_balance(Decimal("42.45"))
    await town.waits(HALF_AN_HOUR)
    if town.slack.channel_texts("alerts"):
        town.doubled.append("somebody was woken")
    await town.waits(THE_NIGHT)
    if not any("2 alerts still fire" in text for text in town.slack.channel_texts("alerts")):
        town.lost.append("nobody read in the morning what fires")
    for balance in ("57", "540"):  # one after the other, or both would end in the same words
        town.deepgram.set_balance(Decimal(balance))
        await town.waits(HALF_AN_HOUR)
    closed = {
        str(call.arguments.get("ts") or call.arguments["text"])
        for call in town.slack.calls
        if call.ok and "recovered, $" in str(call.arguments.get("text"))
    }
    if len(closed) < 2:
        town.lost.append("an alert of the night was never closed")


STORIES: Mapping[str, Story] = {
    "create": create,
    "create-unanswered": create_unanswered,
    "create-unseen": create_unseen,
    "invite": invite,
    "revoke": revoke,
    "alert": alert,
    "digest": digest,
    "alert-hushed": alert_hushed,
    "alert-at-night": alert_at_night,
}
