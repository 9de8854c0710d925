"""When connections are opened and closed: before the first call, over several event loops, in threads, at the end."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramClient,
    DeepgramNotSentError,
    DeepgramOptionsError,
    DeepgramUnknownOutcomeError,
    ManageClient,
)
from dgbot.deepgram import exchange as room

CLIENTS = [DeepgramClient, ManageClient, AsyncManageClient]


@pytest.mark.parametrize("make", CLIENTS)
@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), True, "5", None])
def test_a_timeout_that_is_none_is_refused(make, timeout):
    with pytest.raises(DeepgramOptionsError, match=r"timeout: .* is not a number of seconds above 0"):
        make("k", timeout=timeout)


@pytest.mark.parametrize("make", CLIENTS)
@pytest.mark.parametrize("retries", [-1, 1.0, True, "2", None, float("nan")])
def test_a_number_of_retries_that_is_none_is_refused(make, retries):
    with pytest.raises(DeepgramOptionsError, match=r"retries: .* is not a whole number of 0 or more"):
        make("k", retries=retries)


def test_nothing_is_opened_before_the_first_call(loopback):
    loopback.answers({})
    client = DeepgramClient("k", base_url=loopback.url)
    client.manage.get_projects  # noqa: B018
    assert loopback.connections == 0
    client.close()
    asyncio.run(client.aclose())


async def test_a_closed_client_sends_nothing_and_does_not_wait(loopback):
    loopback.answers({})
    pauses: list[float] = []

    async def pause(seconds):
        pauses.append(seconds)

    for used in (False, True):
        client = DeepgramClient("k", base_url=loopback.url, sleep=pauses.append, async_sleep=pause)
        if used:
            client.manage.get_projects()
            await client.manage.asyncmanage.get_projects()
        await client.aclose()
        await client.aclose()
        client.close()
        with pytest.raises(DeepgramNotSentError, match="is closed, so nothing was sent"):
            client.manage.get_projects()
        with pytest.raises(DeepgramNotSentError, match="is closed, so nothing was sent"):
            await client.manage.asyncmanage.get_projects()
    assert pauses == []
    assert len(loopback.seen) == 2


async def test_a_client_that_is_closed_during_a_pause_does_not_go_on(loopback):
    loopback.answers("busy", 503)

    async def aclose(_seconds):
        await twin.aclose()

    client = ManageClient("k", base_url=loopback.url, sleep=lambda _seconds: client.close())
    twin = AsyncManageClient("k", base_url=loopback.url, sleep=aclose)
    with pytest.raises(DeepgramNotSentError, match="is closed"):
        client.get_projects()
    with pytest.raises(DeepgramNotSentError, match="is closed"):
        await twin.get_projects()
    assert len(loopback.seen) == 2


async def test_a_call_that_is_under_way_when_the_client_is_closed_has_an_unknown_outcome(loopback):
    loopback.sends(b"", "stall")
    client = AsyncManageClient("k", base_url=loopback.url)
    call = asyncio.create_task(client.create_key("p", comment="ci", scopes=["usage:read"]))
    async with asyncio.timeout(5):
        while not loopback.seen:
            await asyncio.sleep(0.01)
        await client.aclose()
        with pytest.raises(DeepgramUnknownOutcomeError):
            await call


def test_two_event_loops_take_turns(loopback):
    loopback.answers({})
    client = AsyncManageClient("k", base_url=loopback.url)
    with asyncio.Runner() as one, asyncio.Runner() as other:
        for _ in range(3):
            one.run(client.get_projects())
            other.run(client.get_projects())
        other.run(client.aclose())
    assert (len(loopback.seen), loopback.connections) == (6, 2)


def test_one_client_serves_one_event_loop_after_another(loopback):
    loopback.answers({"projects": [{"project_id": "p"}]})
    client = AsyncManageClient("k", base_url=loopback.url)

    async def twice():
        first, second = await client.get_projects(), await client.get_projects()
        return first == second

    for loops in (1, 2, 3):
        assert asyncio.run(twice())
        assert loopback.connections == loops
    asyncio.run(client.aclose())
    assert len(loopback.seen) == 6


def test_a_client_closed_in_a_later_loop_is_closed(loopback):
    loopback.answers({})
    client = AsyncManageClient("k", base_url=loopback.url)
    asyncio.run(client.get_projects())
    asyncio.run(client.aclose())
    with pytest.raises(DeepgramNotSentError, match="is closed"):
        asyncio.run(client.get_projects())


@pytest.mark.parametrize("close", [False, True], ids=["left open", "closed"])
@pytest.mark.parametrize(
    "use",
    [
        "asyncio.run(client.manage.asyncmanage.get_projects())",
        "asyncio.run(client.manage.asyncmanage.get_projects())\n" * 2,
        "client.manage.get_projects()",
        "client.manage.get_projects()\nasyncio.run(client.manage.asyncmanage.get_projects())",
        "async def use():\n"
        "    async for _ in client.manage.asyncmanage.iter_usage_requests('p', limit=1):\n"
        "        break\n"
        "asyncio.run(use())",
        "async def use():\n"
        "    try:\n"
        "        async with asyncio.timeout(0.01):\n"
        "            await asyncio.gather(*(client.manage.asyncmanage.get_projects() for _ in range(20)))\n"
        "    except TimeoutError: pass\n"
        "asyncio.run(use())",
    ],
    ids=["awaited", "awaited twice", "blocking", "both", "half a listing", "given up"],
)
async def test_a_script_ends_in_silence(loopback, use, close):
    loopback.answers({"limit": 1, "requests": [{"request_id": "r"}]})
    script = (
        "import asyncio\nfrom dgbot.deepgram import DeepgramClient\n"
        f"client = DeepgramClient('k', base_url={loopback.url!r})\n{use}\n"
        + ("asyncio.run(client.aclose())\n" if close else "")
        + "print('done')"
    )
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert await done.communicate() == (b"done\n", b"")
    assert done.returncode == 0


@pytest.mark.parametrize(
    "use",
    [
        "with DeepgramClient('k', base_url=url) as client: client.manage.get_projects()",
        "async def use():\n"
        "    async with DeepgramClient('k', base_url=url) as client:\n"
        "        await client.manage.asyncmanage.get_projects()\n"
        "asyncio.run(use())",
        "asyncio.run(DeepgramClient('k', base_url=url).manage.asyncmanage.get_projects())",
    ],
    ids=["blocking", "awaited", "awaited and left open"],
)
async def test_a_script_leaves_no_resource_behind(loopback, use):
    loopback.answers({})
    script = f"import asyncio\nfrom dgbot.deepgram import DeepgramClient\nurl = {loopback.url!r}\n{use}\n"
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error::ResourceWarning", "-c", script, stderr=subprocess.PIPE
    )
    assert (await done.communicate())[1] == b""
    assert len(loopback.seen) == 1


def test_threads_that_start_together_open_one_client(loopback, monkeypatch):
    loopback.answers({})
    opened = []

    class Counted(room.Exchange):
        """An exchange that is counted."""

        def __init__(self, *args, **kwargs):
            opened.append(self)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(room, "Exchange", Counted)
    together = threading.Barrier(8)

    def use(_):
        together.wait(5)
        return client.get_projects()

    with ManageClient("k", base_url=loopback.url) as client, ThreadPoolExecutor(8) as threads:
        assert len(list(threads.map(use, range(8)))) == 8
    assert len(opened) == 1
    assert len(loopback.seen) == 8


async def test_tasks_that_start_together_open_one_client(loopback, monkeypatch):
    loopback.answers({})
    opened = []

    class Counted(room.AsyncExchange):
        """An exchange that is counted."""

        def __init__(self, *args, **kwargs):
            opened.append(self)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(room, "AsyncExchange", Counted)
    async with AsyncManageClient("k", base_url=loopback.url) as client:
        await asyncio.gather(*(client.get_projects() for _ in range(8)))
    assert len(opened) == 1
    assert len(loopback.seen) == 8
