"""What comes of a key of several scopes, of which the settings say different things."""

from __future__ import annotations

import pytest

USAGE = {"scopes": ["usage:read"], "max_ttl": "90d", "quota": {"requests": 5, "period": "1d"}}
KEYS = {"scopes": ["keys:*"], "approvers": "admins", "yes": 1}


def asking(scopes: str, ttl: str = "7d") -> str:
    return f"/deepgram create-key ops --scopes {scopes} --ttl {ttl}"


@pytest.mark.parametrize("scopes", ["usage:read,keys:write", "keys:write,usage:read"])
@pytest.mark.parametrize("rules", [[USAGE, KEYS], [KEYS, USAGE]])
async def test_who_decides_on_a_harmless_scope_does_not_decide_on_another_beside_it(new_office, scopes, rules):
    async with new_office(settings={"approvals": {"rules": rules}}) as office:
        told = await office.asks("alice", asking(scopes))
        assert "different people decide on them" in told
        assert "key-approvers on usage:read" in told
        assert "admins on keys:write" in told
        assert office.slack.channel_texts("key-approvals") == []
        assert "Asked admins" in await office.asks("alice", asking("keys:write"))
        assert "Approved at once" in await office.asks("alice", asking("usage:read"))


async def test_a_harmless_scope_does_not_lengthen_the_life_of_another(new_office):
    rules = [USAGE, {"scopes": ["*:write"], "max_ttl": "10d"}]
    async with new_office(settings={"approvals": {"rules": rules}}) as office:
        assert "ttl: 80 days is longer than 10 days" in await office.asks(
            "alice", asking("usage:read,usage:write", "80d")
        )
        assert "Approved at once" in await office.asks("alice", asking("usage:read", "80d"))


async def test_powerful_scopes_need_two_yes_whatever_else_the_key_may_do(new_office):
    rules = [USAGE | {"yes": 1}, {"scopes": ["listen"], "yes": 1}]
    async with new_office(settings={"approvals": {"rules": rules}}) as office:
        assert "2 of them have to agree" in await office.asks("alice", asking("usage:read,members:write"))
        assert "1 of 2" in await office.clicks("bob", "Approve")


async def test_a_rule_of_fewer_yes_does_not_hold_for_what_it_does_not_name(new_office):
    rules = [{"scopes": ["usage:read"], "yes": 1}]
    async with new_office(settings={"approvals": {"yes": 2, "rules": rules}}) as office:
        assert "2 of them have to agree" in await office.asks("alice", asking("usage:read,usage:write"))
        assert "of them have to agree" not in await office.asks("alice", asking("usage:read"))
