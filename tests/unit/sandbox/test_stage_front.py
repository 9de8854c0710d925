"""The front door closes without a word, whatever still stands in it."""

import asyncio
import logging
import os
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dgbot.sandbox import front
from dgbot.sandbox.folders import OWNER, PREFIX, YOUNG, temporary
from dgbot.sandbox.front import Front

HALF = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf"


@pytest.fixture
def app():
    async def whole(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(await request.body())}")

    return Starlette(routes=[Route("/", whole, methods=["POST"])])


async def _half(origin: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(origin.rpartition(":")[2]))
    writer.write(HALF)
    await writer.drain()
    return reader, writer


async def test_calls_that_never_end_are_cut_and_nothing_is_said(app, caplog, monkeypatch):
    monkeypatch.setattr(front, "GRACE", 0.0)
    with caplog.at_level(logging.DEBUG):
        async with Front(app) as served:
            callers = [await _half(served.origin) for _ in range(5)]
            await _arrived(served, len(callers))
        for reader, writer in callers:
            assert await reader.read() == b""
            writer.close()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_caller_who_leaves_in_the_middle_is_no_news(app, caplog):
    async with Front(app) as served:
        _, writer = await _half(served.origin)
        await _arrived(served, 1)
        writer.transport.abort()
        await _arrived(served, 0)
    assert caplog.records == []


async def _arrived(served: Front, calls: int) -> None:
    async with asyncio.timeout(10):
        while len(served._calls._open) != calls:
            await asyncio.sleep(0)


def test_the_folder_of_a_demo_that_was_killed_is_swept_and_no_other(tmp_path):
    def made(name: str, *, owner: bool = True, age: float = 2 * YOUNG) -> str:
        folder = tmp_path / f"{PREFIX}{name}"
        folder.mkdir()
        if owner:
            (folder / OWNER).touch()
        os.utime(folder, (time.time() - age,) * 2)
        return f"{PREFIX}{name}"

    dead, young, strange = made("dead"), made("young", age=0), made("strange", owner=False)
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / dead)
    with temporary(tmp_path) as alive:
        os.utime(alive, (time.time() - 2 * YOUNG,) * 2)
        with temporary(tmp_path) as second:
            left = {one.name for one in tmp_path.iterdir()}
    assert left == {young, strange, f"{PREFIX}link", alive.name, second.name}
    assert {one.name for one in tmp_path.iterdir()} == {young, strange, f"{PREFIX}link"}
