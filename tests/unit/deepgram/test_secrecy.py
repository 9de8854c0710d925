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
)

OWN = "the-bots-own-key-0123456789"
NEW = "the-new-key-9876543210"
KEY = {"comment": "ci", "scopes": ["usage:read"]}


def readable(error: BaseException) -> Iterator[str]:
    """Everything that a log, a debugger or an error report shows of *error* and of the frames outside these tests."""
    yield str(error)
    yield repr(error)
    yield repr(vars(error))
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


TRUNCATED = f'{{"api_key_id": "k", "key": "{NEW}", "comm'.encode()
WRONG_TYPE = f'{{"api_key_id": 7, "key": "{NEW}"}}'.encode()
WRONG_LIST = f'{{"api_key_id": "k", "key": ["{NEW}"], "tags": null}}'.encode()
NO_ID = f'{{"key": "{NEW}"}}'.encode()
COMPLETE = f'{{"api_key_id": "k", "key": "{NEW}"}}'.encode()


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
        (f"<title>{NEW}</title>".encode(), 502),
        (f"Invalid credentials: {OWN}".encode(), 401),
        (f'{{"err_code": "INVALID_AUTH", "err_msg": "No such key: {OWN}"}}'.encode(), 401),
        (COMPLETE, 302),
    ],
)
async def test_a_failed_create_key_shows_no_secret(call, loopback, body, status):
    loopback.answers(body, status)
    with pytest.raises(DeepgramError) as caught:
        await call(loopback.url, "create_key", "p", KEY, api_key=Secret(OWN))
    assert not leaks(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize("ending", ["close", "reset", "stall"])
async def test_a_broken_create_key_shows_no_secret(call, loopback, ending):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + TRUNCATED, ending)
    with pytest.raises(DeepgramError) as caught:
        await call(loopback.url, "create_key", "p", KEY, api_key=Secret(OWN), timeout=0.3)
    assert not leaks(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_a_cancelled_create_key_shows_no_secret(loopback):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + TRUNCATED, "stall")
    async with AsyncManageClient(OWN, base_url=loopback.url) as client:
        task = asyncio.create_task(client.create_key("p", KEY))
        async with asyncio.timeout(2):
            while not loopback.seen:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert not leaks(caught.value)


async def test_the_created_key_is_in_the_answer_and_nowhere_else(call, loopback, caplog):
    caplog.set_level("DEBUG")
    loopback.answers(COMPLETE)
    answer = await call(loopback.url, "create_key", "p", KEY, api_key=OWN)
    assert answer.api_key.key.reveal() == NEW
    assert NEW not in repr(answer)
    assert NEW not in caplog.text


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
def test_a_key_with_its_value_is_not_written_anywhere(take):
    with pytest.raises(TypeError):
        take(Key(api_key_id="k", key=Secret(NEW)))
