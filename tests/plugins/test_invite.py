import pytest

from dgbot import UsageError
from dgbot.deepgram import DeepgramApiError


def invited(deepgram):
    return [(invite.email, invite.scope) for invite in deepgram.invites]


async def test_invites_by_email(run, deepgram):
    reply = await run("invite bob@co.com --scope admin")
    assert reply.headline == "Invited bob@co.com to acme-prod as admin"
    assert invited(deepgram) == [("bob@co.com", "admin")]


async def test_sends_nothing_to_a_member(run, deepgram):
    reply = await run("invite Alice@ACME.test")
    assert reply.headline == "alice@acme.test is already in acme-prod as member"
    assert invited(deepgram) == []


async def test_sends_nothing_twice(run, deepgram):
    await run("invite bob@co.com")
    reply = await run("invite BOB@co.com --scope admin")
    assert reply.headline == "bob@co.com is already invited to acme-prod as member"
    assert invited(deepgram) == [("bob@co.com", "member")]


async def test_after_a_crash_it_looks_before_it_sends_again(run, resume, deepgram):
    assert await resume("invite bob@co.com") is None
    await run("invite bob@co.com")
    assert "bob@co.com" in (await resume("invite bob@co.com")).headline
    assert len(invited(deepgram)) == 1


async def test_what_deepgram_says_passes_through(run, deepgram):
    deepgram.fail("POST", "/v1/projects/*/invites", 403)
    with pytest.raises(DeepgramApiError, match="Deepgram answered 403"):
        await run("invite bob@co.com")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("invite", "<email> is missing: an e-mail address such as bob@company.com."),
        ("invite not-an-email", 'email: "not-an-email" is not an e-mail address such as bob@company.com.'),
        ("invite b@co.com --scope king", 'scope: "king" is not one of member, admin.'),
        ("invite b@co.com --scope owner", 'scope: "owner" is not one of member, admin.'),
    ],
)
async def test_bad_input_gets_one_sentence_and_sends_nothing(run, deepgram, line, sentence):
    with pytest.raises(UsageError) as refusal:
        await run(line)
    assert refusal.value.sentence == sentence
    assert refusal.value.usage == "invite <email> [--scope member|admin]"
    assert deepgram.requests == []


async def test_who_is_invited_as_something_else_is_told_so(run):
    await run("invite erin@co.com")
    reply = await run("invite erin@co.com --scope admin")
    assert "already invited" in reply.headline
    assert "not invited as admin" in reply.parts[0].line


@pytest.mark.parametrize("typed", ["frank@co.com.", "frank@co.com,", "<frank@co.com>"])
async def test_what_stands_around_an_address_is_left_aside(run, typed):
    assert "Invited frank@co.com" in (await run(f"invite '{typed}'")).headline
