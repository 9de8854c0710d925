"""Neither the bot's key nor a created one turns up where it could be read."""

import asyncio
import copy
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramClient,
    DeepgramError,
    DeepgramOptionsError,
    Key,
    ManageClient,
    Secret,
    TokenGrant,
)
from tests.unit.deepgram.refusing import GUARDED, OF_EACH_CLASS, UNSAID
from tests.unit.deepgram.samples import ARGUMENTS

OWN = "the-bots-own-key-0123456789"
NEW = "the-new-key-9876543210"
KEY = {"comment": "ci", "scopes": ["usage:read"]}


def readable(error: BaseException) -> Iterator[str]:
    """Everything that a log, a debugger or an error report shows of *error* and of the frames outside these tests."""
    yield str(error)
    yield repr(error)
    yield repr(vars(error))
    yield pickle.dumps(error, protocol=0).decode("latin-1")
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if "/tests/" not in frame.f_code.co_filename:
            yield from map(repr, frame.f_locals.values())
    for behind in (error.__cause__, error.__context__):
        if behind is not None:
            yield from readable(behind)


def leaks(error: BaseException) -> bool:
    return any(OWN in text or NEW in text for text in readable(error))


CARELESS = """
def fetch():
    body = f'{{"key": "{NEW}"}}'.encode()
    raise ValueError(len(body))
def wrap():
    try:
        fetch()
    except ValueError as error:
        problem = error
    {ending}
"""


@pytest.mark.parametrize("ending", ["raise problem", "raise KeyError from problem"])
def test_the_leak_detector_detects(ending):
    room: dict[str, Any] = {"NEW": NEW}
    exec(compile(CARELESS.replace("{ending}", ending), "/dgbot/careless.py", "exec"), room)  # noqa: S102
    with pytest.raises((ValueError, KeyError)) as caught:
        room["wrap"]()
    assert leaks(caught.value)
    assert leaks(DeepgramError(OWN))
    assert not leaks(DeepgramError("fine"))


NEWS = f'"key": "{NEW}", "access_token": "{NEW}", "distribution_credentials": {{"secret": "{NEW}"}}'
TRUNCATED = f'{{"api_key_id": "k", {NEWS}, "comm'.encode()
WRONG_TYPE = f'{{"api_key_id": 7, "expires_in": [], "member": 5, {NEWS}}}'.encode()
WRONG_LIST = f'{{"api_key_id": "k", "key": ["{NEW}"], "access_token": ["{NEW}"], "tags": null}}'.encode()
NO_ID = f'{{"key": "{NEW}", "token": "{NEW}", "distribution_credentials": {{"comment": "{NEW}"}}}}'.encode()
COMPLETE = f'{{"api_key_id": "k", {NEWS}}}'.encode()

CALLS = [("create_key", "p", KEY), ("grant_token",), ("create_distribution_credential", "p")]
every_guarded_call = pytest.mark.parametrize("asked", CALLS, ids=lambda asked: asked[0])


@every_guarded_call
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (TRUNCATED, 200),
        (WRONG_TYPE, 200),
        (WRONG_LIST, 200),
        (NO_ID, 200),
        (NEW.encode(), 200),
        (f"<html>{NEW}".encode(), 200),
        (COMPLETE, 500),
        (TRUNCATED, 502),
        (NEW.encode(), 500),
        (f'"{NEW}"'.encode(), 503),
        (f"<title>{NEW}</title>".encode(), 502),
        (f"Invalid credentials: {OWN}".encode(), 401),
        (f'{{"err_code": "INVALID_AUTH", "err_msg": "No such key: {OWN}"}}'.encode(), 401),
        (COMPLETE, 302),
        (COMPLETE, 409),
    ],
)
async def test_a_failed_call_for_a_secret_shows_none(call, loopback, asked, body, status):
    loopback.answers(body, status)
    with pytest.raises(DeepgramError) as caught:
        await call(loopback.url, *asked, api_key=Secret(OWN))
    assert not leaks(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@every_guarded_call
@pytest.mark.parametrize("ending", ["close", "reset", "stall"])
async def test_a_broken_call_for_a_secret_shows_none(call, loopback, asked, ending):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + TRUNCATED, ending)
    with pytest.raises(DeepgramError) as caught:
        await call(loopback.url, *asked, api_key=Secret(OWN), timeout=0.3)
    assert not leaks(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@every_guarded_call
async def test_a_cancelled_call_for_a_secret_shows_none(loopback, asked):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + TRUNCATED, "stall")
    async with AsyncManageClient(OWN, base_url=loopback.url) as client:
        task = asyncio.create_task(getattr(client, asked[0])(*asked[1:]))
        async with asyncio.timeout(2):
            while not loopback.seen:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert not leaks(caught.value)


@pytest.mark.parametrize("name", [name for name in OF_EACH_CLASS if name != "iter_usage_requests"])
async def test_a_server_that_quotes_the_key_it_refuses_is_not_quoted(call, loopback, name):
    loopback.answers({"message": "No such key.", "details": OWN, "seen": [OWN]}, 401).answers(OWN, 403)
    for _ in range(2):
        with pytest.raises(DeepgramError) as caught:
            await call(loopback.url, name, *ARGUMENTS[name], api_key=Secret(OWN))
        assert not leaks(caught.value)
        assert "***" in str(caught.value) or (name in GUARDED and UNSAID in str(caught.value))


async def test_an_error_survives_a_pickle_with_what_it_says(call, loopback):
    loopback.answers({"category": "NOT_FOUND", "message": "No such key.", "request_id": "r1"}, 404, Retry_After="3")
    with pytest.raises(DeepgramError) as caught:
        await call(loopback.url, "delete_key", "p", "k")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert type(again) is type(caught.value)
    assert (str(again), vars(again)) == (str(caught.value), vars(caught.value))


@pytest.mark.parametrize(
    ("asked", "secret_of"),
    [(CALLS[0], lambda answer: answer.api_key.key), (CALLS[1], lambda answer: answer.access_token)],
    ids=["create_key", "grant_token"],
)
async def test_a_new_secret_is_in_the_answer_and_nowhere_else(call, loopback, caplog, asked, secret_of):
    caplog.set_level("DEBUG")
    loopback.answers(COMPLETE)
    answer = await call(loopback.url, *asked, api_key=OWN)
    assert secret_of(answer).reveal() == NEW
    assert NEW not in repr(answer)
    assert NEW not in caplog.text
    assert OWN not in caplog.text


def test_clients_do_not_show_their_key():
    client = DeepgramClient(OWN)
    for thing in (client, client.manage, client.manage.asyncmanage):
        assert OWN not in repr(thing)
        assert OWN not in repr(vars(thing))


@pytest.mark.parametrize("key", [f"{OWN} x", f"{OWN}\nX: y", f"{OWN}é", f"a\x00{OWN}"])
def test_a_key_that_fits_in_no_header_is_refused_unquoted(key):
    for kind in (DeepgramClient, ManageClient, AsyncManageClient):
        with pytest.raises(DeepgramOptionsError, match="copy it again") as caught:
            kind(key)
        assert OWN not in str(caught.value)


def test_a_secret_prints_as_stars():
    secret = Secret(NEW)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r}", f"{secret:>9}", "%s" % secret, str([secret])]  # noqa: UP031
    assert {text.strip("[]") for text in shown} == {"***"}


@pytest.mark.parametrize(
    "take",
    [pickle.dumps, copy.copy, copy.deepcopy, msgspec.json.encode, hash, vars, iter, bytes, Secret.__getstate__],
)
def test_a_secret_is_not_taken_out_by_machinery(take):
    with pytest.raises(TypeError) as caught:
        take(Secret(NEW))
    assert NEW not in str(caught.value)


@pytest.mark.parametrize("take", [pickle.dumps, copy.deepcopy, msgspec.json.encode])
@pytest.mark.parametrize("holder", [Key(api_key_id="k", key=Secret(NEW)), TokenGrant(access_token=Secret(NEW))])
def test_an_answer_with_a_secret_is_not_written_anywhere(take, holder):
    with pytest.raises(TypeError):
        take(holder)
