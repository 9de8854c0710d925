"""Keys against grants, over the real local Deepgram and Slack: what is told, how often, and what never is."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from dgbot.deepgram import KeyOptions
from dgbot.domain.key_reports import RETRY
from dgbot.domain.reconciliation import SETTLES
from dgbot.domain.request_states import State
from dgbot.sandbox.deepgram.edge.faults import Body
from dgbot.services.keys.marks import marked_comment
from tests.conftest import in_session
from tests.office import ALICE
from tests.unit.services.issuing import A_KEY, KEYS, forgets, ours, reveal, screen

DAY = timedelta(days=1)
ON = {"reconciliation": {"enabled": True}}


@in_session()
async def office(new_office):
    """The bot, whose first review is past and told of the company's old keys; nothing of that is left to see."""
    async with new_office(settings=ON) as one:
        yield one


@in_session()
async def told(office):
    """Return what #ops hears after each of these pauses, each with a round at its end."""
    await office.tick(timedelta(), SETTLES)
    assert len(ops(office)) == 1

    async def told(*pauses):
        mark = office.slack.mark()
        await office.tick(*(pauses or (DAY,)))
        return ops(office, mark)

    return told


@in_session()
async def granted(office, told):
    """The request of a key that alice got, half an hour ago."""
    await office.asks("alice", '/deepgram create-key ci --scopes usage:read --ttl 7d --reason "nightly"')
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    await reveal(office)
    office.clock.advance(timedelta(minutes=30))
    return await office.standing(request)


def ops(office, since=0):
    return office.slack.channel_texts("ops", since)


async def add(office, comment, *scopes, **options):
    asked = KeyOptions(comment=comment, scopes=list(scopes or ("usage:read",)), **options)
    return (await office.manage.create_key(office.deepgram.project_id, asked)).api_key.api_key_id


async def add_marked(office, request, **changes):
    """Make a key with the mark of *request*, were it not for the *changes*, as only somebody else can."""
    return await add(office, marked_comment(dataclasses.replace(request, **changes)), time_to_live_in_seconds=864_000)


def delete(office, key_id):
    office.deepgram.production.delete_key(key_id, office.clock.now())


async def test_the_first_report_tells_of_every_old_sin_and_comes_when_the_start_has_settled(office):
    await office.tick()
    assert ops(office) == []
    await office.tick(SETTLES)
    (report,) = ops(office)
    assert report.startswith("🟡 acme-prod: 4 keys deserve a look")
    assert "1 key belongs to somebody who left, 4 never expire, 1 is old." in report
    assert "of erin@acme.test: its owner has no active account in this workspace; never expires; is older" in report
    assert "6 keys" in report
    assert "dgbot (" not in report, "the bot's own key is no concern"


async def test_what_was_told_is_not_told_again(office, told):
    assert await told(DAY, DAY, DAY) == []
    assert len(ops(office)) == 1


async def test_a_new_finding_is_a_new_message_and_the_old_one_points_to_it(office, told):
    await add(office, "shadow", "keys:write")
    before, after = await told()
    assert before.startswith("⚪ acme-prod: the keys were checked again")
    assert after.startswith("🟡 acme-prod: 5 keys deserve a look")
    assert "shadow" in after
    assert "may keys:write; never expires" in after
    assert after.count("(new)") == 0, "all that is told of that key is new"


async def test_what_was_put_right_is_an_edit_of_the_report(office, told):
    [erins] = [key for key in office.deepgram.keys if key.comment == "legacy-import"]
    delete(office, erins.api_key_id)
    (edited,) = await told()
    assert edited.startswith("🟡 acme-prod: 3 keys deserve a look")
    for key in list(office.deepgram.keys):
        if key.secret != office.deepgram.api_key:
            delete(office, key.api_key_id)
    (edited,) = await told()
    assert edited.startswith("🟢 acme-prod: no key deserves a look any more")
    assert len(ops(office)) == 1


async def test_a_key_that_was_granted_is_no_concern_while_it_lives_and_after_its_end(office, told, granted):
    assert await told(*[DAY] * 9) == []


async def test_a_granted_key_that_somebody_deleted_elsewhere_is_missed(office, told, granted):
    delete(office, granted.key_id)
    _, report = await told()
    assert "ci" in report
    assert "of alice: was granted, and is gone at Deepgram without having been revoked here" in report
    await office.settle()
    assert (await office.standing(granted)).state is State.REVOKED
    assert f"Your key ci (…{granted.key_id[-4:]}) is gone at Deepgram" in screen(office)
    assert office.slack.thread_texts("key-approvals")[-1] == f"The key …{granted.key_id[-4:]} was revoked at Deepgram."
    (edited,) = await told()
    assert "ci" not in edited, "what was told of it is put right"


async def test_a_revocation_that_the_database_did_not_keep_is_kept_by_the_next_review(office, told, granted):
    await forgets(office)
    await office.clicks("alice", "Revoke it")
    await forgets(office, how="DROP")
    assert (await office.standing(granted)).state is State.DELIVERED
    await told()
    assert (await office.standing(granted)).state is State.REVOKED


async def test_an_old_key_that_is_gone_is_not_called_working_any_more(office, told):
    [old] = [key for key in office.deepgram.keys if key.comment == "call-center"]
    await office.asks("alice", "/deepgram rotate-key call-center")
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    await reveal(office)
    delete(office, old.api_key_id)
    await told()
    assert (await office.standing(request)).retired_at is not None
    assert (await office.standing(request)).remind_at is None
    assert office.slack.thread_texts("key-approvals")[-1] == "The key that this one replaces was revoked."


@pytest.mark.parametrize("by", ["its owner", "command"])
async def test_a_key_revoked_through_the_bot_is_not_missed(office, told, granted, by):
    if by == "command":
        await office.asks("carol", "/deepgram revoke-key ci --now")
    else:
        await office.clicks("alice", "Revoke it")
    assert (await office.standing(granted)).state is State.REVOKED
    assert ours(office) == []
    assert await told() == []


async def test_an_old_key_that_was_ended_for_its_successor_is_not_missed(office, told, granted):
    await office.asks("alice", '/deepgram create-key ci-2 --scopes usage:read --ttl 7d --reason "rotated"')
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    await reveal(office)
    successor = await office.standing(request)
    plan = dataclasses.replace(successor.key, replaces=granted.key_id)
    await office.force(successor, dataclasses.replace(successor, plan=plan, retired_at=office.clock.now()))
    delete(office, granted.key_id)
    assert await told() == []


async def test_a_list_that_lags_makes_no_grant_missing(office, told, granted):
    [key] = ours(office)
    del office.deepgram.production.keys[key.api_key_id]
    office.deepgram.fail("GET", A_KEY, 503)
    assert await told() == []


async def test_a_key_with_our_mark_whose_request_is_unknown_is_told_and_left_alone(office, told, granted):
    key_id = await add_marked(office, granted, id="lost-in-a-restore")
    _, report = await told()
    assert report.startswith("🔴 acme-prod: 5 keys")
    assert "carries the bot's mark, but no such request is known here" in report
    assert key_id in {key.api_key_id for key in office.deepgram.keys}


async def test_a_forged_mark_is_told_and_left_alone(office, told, granted):
    key_id = await add_marked(office, granted, nonce="guessed")
    _, report = await told()
    assert "carries a mark that the bot did not write" in report
    assert key_id in {key.api_key_id for key in office.deepgram.keys}


async def test_a_second_key_of_an_ended_request_is_told_once_the_sweeper_no_longer_looks(office, told, granted):
    office.clock.advance(2 * DAY)
    await office.tick()
    key_id = await add_marked(office, granted)
    _, report = await told()
    assert "carries the bot's mark, but its request ended without this key" in report
    assert key_id in {key.api_key_id for key in office.deepgram.keys}


async def test_a_key_younger_than_ten_minutes_is_left_alone(office, told):
    await office.tick(DAY - SETTLES)
    await add(office, "just made", "owner")
    assert await told(SETTLES - timedelta(seconds=1)) == []


async def test_a_failed_listing_is_told_after_the_second_time_and_so_is_its_end(office, told):
    office.deepgram.fail("GET", KEYS, 503)
    assert await told(DAY) == []
    (blind,) = await told(RETRY)
    assert blind.startswith("🟡 acme-prod: the keys can't be reconciled")
    assert "Can't reconcile since" in blind
    assert "503" in blind
    assert await told(RETRY, RETRY) == []
    office.deepgram.heal()
    (sees,) = await told(RETRY)
    assert sees.startswith("🟢 acme-prod: the keys can be reconciled again")


@pytest.mark.parametrize(
    ("body", "why"),
    [("lists", "Deepgram's list lacks the key that the bot itself works with"), ("object", "Deepgram accepted GET")],
)
async def test_an_empty_answer_is_a_failed_listing_and_takes_nothing_back(office, told, granted, body, why):
    office.deepgram.switch_on(Body(method="GET", path=KEYS, body=body))
    assert await told(DAY) == []
    (blind,) = await told(RETRY)
    assert why in blind
    office.deepgram.heal()
    (sees,) = await told(RETRY)
    assert "again" in sees


async def test_without_the_scope_nobody_is_said_to_have_left(new_office, slack):
    slack.web_api.scopes -= {"users:read.email"}
    async with new_office(settings=ON) as office:
        await office.tick(timedelta(), SETTLES)
        (report,) = ops(office)
        assert "left" not in report.replace("who has left: its app lacks the scope users:read.email", "")
        assert "Slack does not tell the bot who has left: its app lacks the scope users:read.email." in report


async def test_somebody_who_leaves_is_news_and_a_slack_that_fails_is_not(office, told, slack):
    slack.workspace.users[ALICE] = dataclasses.replace(slack.workspace.users[ALICE], deleted=True)
    _, report = await told()
    assert "4 keys belong to people who left" in report
    slack.web_api.scopes -= {"users:read.email"}
    assert await told() == []
    slack.web_api.scopes |= {"users:read.email"}
    assert await told() == []


async def test_two_bots_on_one_database_tell_it_once(new_office):
    async with new_office(settings=ON) as one, new_office(settings=ON) as other:
        await one.tick()
        one.clock.advance(SETTLES)
        await asyncio.gather(one.parts.rounds.make(), other.parts.rounds.make())
        await one.settle()
        await other.settle()
        assert len(ops(one)) == 1
        assert len(one.calls("chat.postMessage")) == 1


async def test_a_restart_tells_nothing_again(new_office):
    async with new_office(settings=ON) as before:
        await before.tick(timedelta(), SETTLES)
    async with new_office(settings=ON) as after:
        await after.tick(timedelta(), DAY, DAY)
        assert len(ops(after)) == 1


async def test_a_clock_that_was_set_back_does_not_silence_reviews(office, told):
    office.clock.advance(-3 * DAY)
    await add(office, "shadow", "owner")
    office.clock.advance(SETTLES)
    heard = await told(timedelta())
    assert len(heard) == 3
    assert len([text for text in heard if "The bot's clock was set back" in text]) == 1


async def test_it_can_be_switched_off_and_sent_elsewhere(new_office):
    async with new_office() as off:
        await off.tick(timedelta(), DAY, DAY)
        assert ops(off) == []
    async with new_office(settings={"reconciliation": {"enabled": True, "channel": "CALERTS01"}}) as elsewhere:
        await elsewhere.tick(timedelta(), SETTLES)
        assert ops(elsewhere) == []
        (report,) = elsewhere.slack.channel_texts("alerts")
        assert "deserve a look" in report


async def test_more_keys_than_a_message_holds_are_counted(office, told):
    for number in range(20):
        await add(office, f"shadow-{number} *bold* <!here>", "owner", "keys:write")
    _, report = await told()
    assert "24 keys deserve a look" in report
    assert "and 14 more" in report
    assert "<!here>" in report, "as it was typed; nobody is called"


async def test_typed_the_same_stands_on_top(office, told, granted):
    screen = await office.asks("carol", "/deepgram keys")
    assert "acme-prod has 7 keys" in screen
    assert "1 key belongs to somebody who left, 4 never expire, 1 is old." in screen
    assert "made today, ends in 6 days" in screen
    mine = await office.asks("carol", "/deepgram keys --mine")
    assert "You have 2 keys in acme-prod" in mine
    assert "You may not run keys" in await office.asks("alice", "/deepgram keys")
