"""What a server sees of retries: how often each kind of call arrives, and what the caller is told then."""

import pytest

from dgbot.deepgram import (
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramError,
    DeepgramRateLimitError,
    DeepgramScopeError,
    DeepgramServerError,
    DeepgramUnknownOutcomeError,
    DistributionCredential,
    Message,
)
from tests.unit.deepgram.refusing import LACKS_SCOPE
from tests.unit.deepgram.samples import ARGUMENTS, BODIES, described

CREATING = [name for name in ARGUMENTS if name.startswith(("create_", "send_", "grant_"))]
CHANGING = [name for name in ARGUMENTS if name.startswith("update_")]
DELETING = [name for name in ARGUMENTS if name.startswith(("delete_", "remove_", "leave_"))]


async def test_a_get_is_sent_again_and_succeeds(call, loopback):
    loopback.sends(b"", "close").answers("busy", 503).answers("slow down", 429, Retry_After="7")
    loopback.answers({"projects": [{"project_id": "p", "name": "acme"}]})
    assert (await call(loopback.url, "get_projects", retries=3)).projects[0].name == "acme"
    assert call.pauses == [0.5, 1.0, 7.0]


async def test_retries_end(call, loopback):
    loopback.answers("busy", 503)
    with pytest.raises(DeepgramServerError, match="Deepgram answered 503: busy"):
        await call(loopback.url, "get_projects", retries=2)
    assert len(loopback.seen) == 3


async def test_a_wait_of_an_hour_is_cut_to_a_minute(call, loopback):
    loopback.answers("slow down", 429, Retry_After="3600").answers({})
    await call(loopback.url, "get_projects", retries=1)
    assert call.pauses == [60.0]


async def test_every_retry_is_the_same_request(call, loopback):
    loopback.answers("slow down", 429).answers("slow down", 429).answers(BODIES["update_member_scope"])
    await call(loopback.url, "update_member_scope", "p", "m", "admin", retries=2)
    first, *others = loopback.seen
    assert len(others) == 2
    for other in others:
        assert (other.method, other.target, other.body) == (first.method, first.target, first.body)
        assert other.headers == first.headers


@pytest.mark.parametrize("name", CREATING)
@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
async def test_what_creates_something_is_never_sent_again_after_an_answer(call, loopback, name, status):
    loopback.answers("no", status, Retry_After="1")
    with pytest.raises(DeepgramApiError) as caught:
        await call(loopback.url, name, *ARGUMENTS[name], retries=5)
    assert caught.value.may_have_happened
    assert caught.value.method == "POST"
    assert (len(loopback.seen), call.pauses) == (1, [])


@pytest.mark.parametrize("name", CREATING)
@pytest.mark.parametrize("ending", ["reset", "close"])
async def test_what_creates_something_is_never_sent_again_after_a_drop(call, loopback, name, ending):
    loopback.sends(b"", ending)
    with pytest.raises(DeepgramUnknownOutcomeError, match="may or may not have been carried out"):
        await call(loopback.url, name, *ARGUMENTS[name], retries=5)
    assert (len(loopback.seen), call.pauses) == (1, [])


@pytest.mark.parametrize("name", CHANGING)
async def test_a_change_is_sent_again_after_429_alone(call, loopback, name):
    loopback.answers("slow down", 429).answers("busy", 503).answers(BODIES[name])
    with pytest.raises(DeepgramServerError):
        await call(loopback.url, name, *ARGUMENTS[name], retries=5)
    assert len(loopback.seen) == 2


@pytest.mark.parametrize("name", CHANGING)
async def test_a_change_that_was_dropped_is_not_sent_again(call, loopback, name):
    loopback.sends(b"", "close").answers(BODIES[name])
    with pytest.raises(DeepgramUnknownOutcomeError) as caught:
        await call(loopback.url, name, *ARGUMENTS[name], retries=5)
    assert (len(loopback.seen), caught.value.method) == (1, described(name).method)


@pytest.mark.parametrize("name", DELETING)
async def test_a_delete_whose_second_sending_finds_nothing_is_done(call, loopback, name):
    loopback.sends(b"", "close").answers({"category": "NOT_FOUND", "message": "No such thing."}, 404)
    outcome = await call(loopback.url, name, *ARGUMENTS[name], retries=1)
    if name == "delete_distribution_credential":
        assert outcome == DistributionCredential(distribution_credentials_id="c")
    else:
        assert outcome == Message(message="It is gone already.")
    assert len(loopback.seen) == 2


@pytest.mark.parametrize("body", [LACKS_SCOPE, b"Invalid credentials."], ids=["scope", "key"])
async def test_a_delete_that_is_refused_after_an_unknown_outcome_leaves_it_open(call, loopback, body):
    loopback.sends(b"", "close").answers(body, 403)
    with pytest.raises((DeepgramScopeError, DeepgramAuthError)) as caught:
        await call(loopback.url, "delete_key", "p", "k", retries=1)
    assert caught.value.may_have_happened
    assert len(loopback.seen) == 2


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_delete_that_is_refused_at_once_did_not_happen(call, loopback, status):
    loopback.answers("no", status)
    with pytest.raises(DeepgramApiError) as caught:
        await call(loopback.url, "delete_key", "p", "k", retries=1)
    assert not caught.value.may_have_happened


@pytest.mark.parametrize("name", ["get_projects", "update_project", "create_key", "delete_key"])
@pytest.mark.parametrize("body", [b"", b"null", b"<html>"], ids=repr)
async def test_an_unreadable_success_is_never_asked_for_again(call, loopback, name, body):
    loopback.answers(body)
    with pytest.raises(DeepgramError, match="Deepgram accepted"):
        await call(loopback.url, name, *ARGUMENTS[name], retries=5)
    assert (len(loopback.seen), call.pauses) == (1, [])


async def test_a_conflict_is_not_repeated(call, loopback):
    loopback.answers("no", 409)
    with pytest.raises(DeepgramConflictError):
        await call(loopback.url, "delete_key", "p", "k", retries=5)
    assert len(loopback.seen) == 1


@pytest.mark.parametrize("name", ["get_usage", "get_usage_fields"])
async def test_each_of_several_calls_is_retried_for_itself(call, loopback, name):
    loopback.answers("busy", 503).answers({}).answers("busy", 503).answers("busy", 503).answers({})
    await call(loopback.url, name, "p", retries=2)
    assert call.pauses == [0.5, 0.5, 1.0]
    assert len(loopback.seen) == 5


async def test_headers_tell_the_request_id_and_the_wait(call, loopback):
    loopback.answers("slow down", 429, dg_request_id="r-1", Retry_After="12")
    with pytest.raises(DeepgramRateLimitError) as caught:
        await call(loopback.url, "get_projects")
    assert (caught.value.request_id, caught.value.retry_after) == ("r-1", 12.0)
