"""What a caller can get wrong: one clear error of ours each, and nothing sent where it can be seen beforehand."""

import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramAuthError,
    DeepgramClient,
    DeepgramOptionsError,
    DeepgramRequestError,
    ManageClient,
    Message,
)

KEY = {"comment": "ci", "scopes": ["usage:read"]}
NAN, INFINITY = float("nan"), float("inf")

REFUSED = {
    "an empty project id": (("get_project", ""), "'' is not the id or address of anything"),
    "a project id of dots": (("delete_project", ".."), "'..' is not the id"),
    "a key id of dots": (("delete_key", "p", ".."), "'..' is not the id"),
    "a key id of one dot": (("get_key", "p", "."), "'.' is not the id"),
    "a key id of 600 characters": (("delete_key", "p", "k" * 600), "is not the id"),
    "no key id": (("delete_key", "p", None), "None is not the id"),
    "a number as an id": (("get_balance", "p", 5), "5 is not the id"),
    "an empty address": (("delete_invite", "p", ""), "'' is not the id or address"),
    "an invitation to nobody": (("send_invite", "p", {"email": "", "scope": "member"}), "email: '' is not an address"),
    "an invitation to a name": (("send_invite", "p", {"email": "jane", "scope": "member"}), "'jane' is not an address"),
    "an address with a space": (("send_invite", "p", {"email": "a b@x.io", "scope": "m"}), "'a b@x.io' is not an"),
    "an invitation as nothing": (("send_invite", "p", {"email": "a@x.io", "scope": ""}), "scope: '' is not text"),
    "a role that is no text": (("update_member_scope", "p", "m", {"scope": ["admin"]}), "is not text with something"),
    "a project without a name": (("update_project", "p", ""), "name: '' is not text with something"),
    "no change of a project": (("update_project", "p", {}), "there is nothing to change"),
    "a lifetime of NaN": (("create_key", "p", {**KEY, "time_to_live_in_seconds": NAN}), "nan is not a whole number"),
    "a lifetime without end": (("create_key", "p", {**KEY, "time_to_live_in_seconds": INFINITY}), "inf is not a whole"),
    "a lifetime below 0": (("create_key", "p", {**KEY, "time_to_live_in_seconds": -5}), "-5 is not a whole number"),
    "a lifetime of 0": (("create_key", "p", {**KEY, "time_to_live_in_seconds": 0}), "0 is not a whole number"),
    "a lifetime of yes": (("create_key", "p", {**KEY, "time_to_live_in_seconds": True}), "True is not a whole number"),
    "a lifetime in text": (("create_key", "p", {**KEY, "time_to_live_in_seconds": "60"}), "'60' is not a whole number"),
    "two ends of a key": (
        ("create_key", "p", {**KEY, "time_to_live_in_seconds": 5, "expiration_date": "2031-01-01"}),
        "time_to_live_in_seconds or expiration_date, not both",
    ),
    "an end that is no date": (("create_key", "p", {**KEY, "expiration_date": "in a week"}), "is not a date such as"),
    "a key without scopes": (("create_key", "p", {"comment": "ci"}), "at least one scope"),
    "a key without a comment": (("create_key", "p", {"scopes": ["admin"]}), "needs a comment"),
    "a slip of the pen": (("create_key", "p", {**KEY, "scope": ["admin"]}), "Did you mean scopes?"),
    "no options": (("create_key", "p", 5), "options: int is neither KeyOptions nor a mapping"),
    "a list for options": (("get_usage_summary", "p", ["tag"]), "list is neither UsageSummaryOptions nor a mapping"),
    "a span backwards": (("get_usage_summary", "p", {"start": "2026-02-01", "end": "2026-01-01"}), "is after end"),
    "a moment backwards": (
        ("get_usage_requests", "p", {"start": "2026-01-01T00:00:01Z", "end": "2026-01-01"}),
        "is after end",
    ),
    "no page": (("get_usage_requests", "p", {"page": -1}), "page: -1 is not a whole number of 0 or more"),
    "too many": (("get_usage_requests", "p", {"limit": 1001}), "limit: 1001 is not a whole number from 1 to 1000"),
    "none at all": (("get_usage_requests", "p", {"limit": 0}), "limit: 0 is not a whole number from 1 to 1000"),
    "half a page": (("get_usage_requests", "p", {"limit": 1.5}), "limit: 1.5 is not a whole number"),
    "an odd status": (("get_usage_requests", "p", {"status": "ok"}), "status: 'ok' is not succeeded or failed"),
    "an odd grouping": (("get_usage_breakdown", "p", {"grouping": "model"}), "grouping: 'model' is not accessor,"),
    "odd groupings": (("get_billing_breakdown", "p", {"grouping": ["tags", "day"]}), "grouping: 'day' is not accessor"),
    "labels that are no text": (("update_agent", "p", "a", {"team": 5}), "metadata: it is not a mapping of texts"),
    "a configuration of nothing": (("create_agent", "p", " "), "config: ' ' is not text with something in it"),
    "a configuration of NaN": (("create_agent", "p", {"a": NAN}), "config: it is nothing that JSON can hold"),
    "a value that is no value": (("create_agent_variable", "p", "DG_X", object()), "value: it is nothing that JSON"),
    "half a character in a comment": (("create_key", "p", {**KEY, "comment": "\ud800"}), "comment: "),
    "half a character in a filter": (("get_usage_summary", "p", {"tag": "\ud800"}), "tag: "),
    "half a character in a label": (("update_agent", "p", "a", {"a": "\ud800"}), "metadata: "),
    "half a character in a value": (("create_agent_variable", "p", "DG_X", "\ud800"), "value: it is nothing that JSON"),
    "a value named by nothing": (("create_agent_variable", "p", "DG_X", {None: 1}), "value: it is nothing that JSON"),
    "a variable without a name": (("create_agent_variable", "p", "", 1), "key: '' is not text with something"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_it_is_refused_in_a_sentence_and_nothing_is_sent(call, loopback, what):
    asked, words = REFUSED[what]
    with pytest.raises(DeepgramOptionsError) as caught:
        await call(loopback.url, *asked)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 250
    assert isinstance(caught.value, ValueError)
    assert not caught.value.may_have_happened
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert (loopback.seen, loopback.connections) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "fields", "words"),
    [
        (("get_keys", "p"), {"status": "dead"}, "status: 'dead' is not active or expired."),
        (("get_models", "p"), {"include_outdated": "yes"}, "include_outdated: 'yes' is not True or False."),
        (("get_purchases", "p"), {"limit": 5000}, "limit: 5000 is not a whole number from 1 to 1000."),
        (("grant_token",), {"ttl_seconds": 3601}, "ttl_seconds: 3601 is not a whole number from 1 to 3600."),
        (("grant_token",), {"ttl_seconds": True}, "ttl_seconds: True is not a whole number from 1 to 3600."),
        (("grant_token",), {"ttl_seconds": NAN}, "ttl_seconds: nan is not a whole number from 1 to 3600."),
        (("create_distribution_credential", "p"), {"scopes": "admin"}, "scopes: 'admin' is not a list of texts"),
        (("create_distribution_credential", "p"), {"scopes": ["admin"]}, "scopes: 'admin' is not self-hosted:products"),
        (("create_distribution_credential", "p"), {"provider": "hub"}, "provider: 'hub' is not quay."),
        (("create_distribution_credential", "p"), {"comment": 5}, "comment: 5 is not text."),
        (("get_billing_fields", "p"), {"start": "soon"}, "start: 'soon' is not a date"),
        (("get_billing_fields", "p"), {"start": "2026-02-01", "end": "2026-01-01"}, "is after end, 2026-01-01."),
        (("get_billing_fields", "p"), {"start": ""}, "start: '' is not a date"),
        (("get_billing_fields", "p"), {"end": False}, "end: False is not a date"),
        (("get_usage_summary", "p"), {"tag": ""}, "tag: '' is not text with something in it."),
        (("update_project", "p", "acme"), {"name": "other"}, "either options or keyword arguments (name), not both."),
        (("create_key", "p", KEY), {"tags": ["a"]}, "Give either options or keyword arguments (tags), not both."),
    ],
)
async def test_keywords_are_checked_alike(call, loopback, asked, fields, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        await call(loopback.url, *asked, **fields)
    assert words in str(caught.value)
    assert loopback.seen == []


HOSTS = {
    "https://somebody:hunter2@api.deepgram.com": "take the user name and password out",
    "https://api.deepgram.com?key=hunter2": "take the query and the fragment out",
    "https://api.deepgram.com#hunter2": "take the query and the fragment out",
    "http://api.deepgram.com": "would show the API key to the network of api.deepgram.com; use https://",
    "http://192.168.0.1:8080": "would show the API key",
    "ftp://api.deepgram.com": "is not an address such as https://api.deepgram.com",
    "https://api.deepgram.com/a b": "is not an address",
    "https://": "is not an address",
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("make", [DeepgramClient, ManageClient, AsyncManageClient])
@pytest.mark.parametrize("how", ["argument", "environment"])
def test_a_host_that_the_key_must_not_go_to_is_refused(make, host, how, monkeypatch):
    monkeypatch.setenv("DEEPGRAM_HOST", host)
    with pytest.raises(DeepgramOptionsError) as caught:
        make("k", **({"base_url": host} if how == "argument" else {}))
    assert HOSTS[host] in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("make", [DeepgramClient, ManageClient, AsyncManageClient])
@pytest.mark.parametrize("key", ["", "   ", None])
def test_no_key_is_refused(make, key, monkeypatch):
    monkeypatch.delenv("DEEPGRAM_API_KEY", raising=False)
    with pytest.raises(DeepgramOptionsError, match="pass api_key=, or set DEEPGRAM_API_KEY"):
        make(key)


@pytest.mark.parametrize("make", [DeepgramClient, ManageClient, AsyncManageClient])
@pytest.mark.parametrize("wrong", [{"api_key": 5}, {"api_key": b"k"}, {"api_key": "k", "base_url": 5}], ids=repr)
def test_a_key_or_a_host_that_is_no_text_is_refused(make, wrong):
    with pytest.raises(DeepgramOptionsError, match="it is no text"):
        make(**wrong)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_is_told_by_deepgram(call, loopback, status):
    loopback.answers({"category": "UNAUTHORIZED", "message": "Authentication failed."}, status)
    with pytest.raises(DeepgramAuthError, match=f"Deepgram answered {status}: Authentication failed"):
        await call(loopback.url, "get_projects", api_key="a-wrong-key", retries=3)
    assert len(loopback.seen) == 1
    assert loopback.seen[0].headers["authorization"] == "Token a-wrong-key"


async def test_a_role_that_deepgram_does_not_know_is_refused_by_deepgram(call, loopback):
    loopback.answers("Invalid request: scope must be either 'member', 'admin' or 'owner'.", 400)
    with pytest.raises(DeepgramRequestError, match="scope must be either"):
        await call(loopback.url, "send_invite", "p", email="a@x.io", scope="usage:read")
    assert loopback.seen[0].body == b'{"email":"a@x.io","scope":"usage:read"}'


@pytest.mark.parametrize("address", ["ci+deepgram@example.com", "o'brien@example.com", "jürgen@exämple.de", "a/b@x.io"])
async def test_an_address_that_is_odd_and_right_is_sent_as_it_is(call, loopback, address):
    loopback.answers({"message": "Done."})
    assert await call(loopback.url, "send_invite", "p", email=address, scope="member") == Message(message="Done.")
    assert address.encode() in loopback.seen[0].body
    await call(loopback.url, "delete_invite", "p", address)
    assert len(loopback.seen) == 2
