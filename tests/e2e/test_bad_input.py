"""Whatever people type: one sentence that names the value and says what would fit, and nothing changed."""

from __future__ import annotations

import pytest

from tests.e2e.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVITE = "Usage: /deepgram invite <email> [--scope member|admin]"
CREATE = "Usage: /deepgram create-key <name> --scopes <a,b> [--ttl 30d] [--reason text]"


CASES = [
    ("carol", "invite not-an-email", ['email: "not-an-email" is not an e-mail address such as bob@', INVITE]),
    ("carol", "invite --scope admin", ["<email> is missing: an e-mail address such as bob@", INVITE]),
    ("carol", "invite a@b.co c@d.co", ['"c@d.co" is one word too many', INVITE]),
    ("carol", "invite bob@co.com --scoop admin", ['"--scoop" is not a flag', "did you mean --scope?", INVITE]),
    ("carol", "invite bob@co.com --scope king", ['scope: "king" is not one of member, admin.', INVITE]),
    ("carol", 'invite "bob@co.com', ['A quote (") is opened before bob@co.com and never closed']),
    ("carol", "invite <mailto:eve@b.co|a@b.co>", ['"a@b.co" is a link to "eve@b.co"; type the address itself']),
    ("carol", f"invite {'x' * 10_000}", ["These are 10,007 characters; a command has room for 1,000."]),
    ("alice", "create-key ci --scopes usage:raed", ['scopes: "usage:raed" is not a scope', "usage:read?", CREATE]),
    ("alice", "create-key ci --scopes usage:read --ttl 5x", ['ttl: "5x" is not a duration such as 30m', CREATE]),
    ("alice", "create-key ci --scopes usage:read --ttl 900d", ['ttl: "900d" is longer than 90d', CREATE]),
    ("alice", "create-key ci", ["--scopes is missing", CREATE]),
    ("alice", "usage --last 9999999d", ['last: "9999999d" ', "such as 30m, 12h or 7d", "Usage: /deepgram usage"]),
    ("carol", "balance-alert set lots", ['amount: "lots" is not an amount such as 50', "balance-alert set <amount>"]),
    ("carol", "balance-alert set 5 --channel #nowhere", ['channel: "#nowhere" is only text; type # and pick']),
    ("carol", "balance-alert", ["balance-alert is followed by one of: edit, list, pause, remove, resume, set, "]),
    ("carol", "revoke-key no-such", ['"no-such" is neither the name nor the id of a key in acme-prod', "call-center"]),
    ("carol", "invte bob@co.com", ['I don\'t know "invte". Did you mean  /deepgram invite <email> [--scope']),
    ("alice", "invte bob@co.com", ['I don\'t know "invte".', "/deepgram help"]),
    ("alice", "invite bob@co.com", ["You may not run invite.", "members.write, which is held by admins."]),
    ("gina", "usage", ["Only full members of this workspace can use the bot."]),
]


async def _is_told(shared: Company, who: str, typed: str) -> str:
    """Let *who* type a command that changes nothing; return the one answer, which nobody else sees."""
    mark = shared.slack.mark()
    changes, posts = shared.changes(), shared.posts()
    answer = await shared.asks(who, f"/deepgram {typed}")
    assert (shared.changes(), shared.posts()) == (changes, posts)
    assert len(shared.slack.people[who].sees(mark)) == 1
    return answer


@pytest.mark.parametrize(("who", "typed", "told"), CASES, ids=[f"{who} {typed[:50]}" for who, typed, _ in CASES])
async def test_what_does_not_fit_is_named_and_changes_nothing(shared, who, typed, told):
    answer = await _is_told(shared, who, typed)
    for part in told:
        assert part in answer
    assert len(answer) < 500


async def test_a_key_of_another_project_is_out_of_reach(shared):
    (foreign,) = shared.deepgram.staging.keys
    answer = await _is_told(shared, "carol", f"revoke-key {foreign}")
    assert f'"{foreign}" is the id of no key in acme-prod; it belongs to another project' in answer
    assert foreign in shared.deepgram.staging.keys


async def test_an_address_that_slack_made_a_link_of_is_read(shared):
    assert "Invited a@b.co" in await shared.asks("carol", "/deepgram invite <mailto:a@b.co|a@b.co>")


async def test_quotes_and_dashes_that_a_phone_made_are_read(shared):
    await shared.asks("alice", "/deepgram create-key “night shift” —scopes usage:read --reason ‘two words’")
    (card,) = shared.channel("key-approvals")
    assert "alice asks for an API key · night shift" in card
    assert "two words" in card


async def test_what_people_write_can_neither_mention_nor_format(shared):
    reason = "<!channel> *look* <https://evil.test|here> &lt;@UBOB00001&gt;"
    await shared.asks("alice", f'/deepgram create-key plain --scopes usage:read --reason "{reason}"')
    blocks = str(shared.slack.calls[-1].arguments["blocks"])
    assert "plain" in blocks
    for live in ("<!channel>", "<https:", "*look*", "<@UBOB00001>"):
        assert live not in blocks
