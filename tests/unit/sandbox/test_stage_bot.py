import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dgbot.sandbox import botprocess
from dgbot.sandbox.botprocess import BotProcess
from dgbot.sandbox.cast import StepFailed

SMALL_BOT = """
import http.server, json, os, signal, sys

def bye(*_):
    print("bye", flush=True)
    if "deaf" not in sys.argv:
        sys.exit(0)

signal.signal(signal.SIGTERM, bye)
work = 2

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global work
        body = {"/readyz": {}, "/healthz": {"inbox": 0, "outbox": work}, "/about": {
            "pid": os.getpid(), "environment": dict(os.environ), "folder": os.getcwd()}}[self.path]
        if self.path == "/healthz":
            work -= work > 0
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def log_message(self, *_):
        pass

print("hello", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def bot_of(tmp_path, port):
    def bot_of(*words: str, source: str = SMALL_BOT) -> BotProcess:
        return BotProcess(
            {"LANG": "C.UTF-8", "SLACK_BOT_TOKEN": "xoxb-1"},
            folder=tmp_path,
            log=tmp_path / "bot.log",
            port=port,
            command=(sys.executable, "-c", source, str(port), *words),
        )

    return bot_of


async def _about(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/about") as answer:
        about: dict[str, Any] = json.loads(await answer.text())
        return about


async def test_a_started_bot_knows_only_the_environment_and_folder_it_is_given(bot_of, port, tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPGRAM_API_KEY", "a real one")
    async with bot_of() as bot:
        await bot.start()
        about = await _about(port)
    assert about["folder"] == str(tmp_path)
    assert {name: value for name, value in about["environment"].items() if name != "LC_CTYPE"} == {
        "LANG": "C.UTF-8",
        "SLACK_BOT_TOKEN": "xoxb-1",
    }


async def test_leaving_the_block_asks_the_bot_to_end(bot_of, tmp_path):
    async with bot_of() as bot:
        await bot.start()
    assert (tmp_path / "bot.log").read_text() == "hello\nbye\n"


async def test_a_kill_comes_without_warning_and_the_bot_can_be_started_again(bot_of, tmp_path):
    async with bot_of() as bot:
        await bot.start()
        await bot.kill()
        assert not bot.alive()
        assert (tmp_path / "bot.log").read_text() == "hello\n"
        await bot.start()
        assert bot.alive()


async def test_a_bot_that_does_not_end_when_asked_is_killed(bot_of, port, monkeypatch):
    monkeypatch.setattr(botprocess, "STOP_SECONDS", 0.1)
    async with bot_of("deaf") as bot:
        await bot.start()
        pid = (await _about(port))["pid"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_bot_that_dies_at_the_start_is_reported_with_its_last_words(bot_of):
    async with bot_of(source="import sys; sys.exit('slack: no token')") as bot:
        with pytest.raises(StepFailed, match=r"ended by itself \(exit code 1\)(.|\n)*slack: no token"):
            await bot.start()


async def test_a_bot_that_dies_later_is_reported_once_and_then_counts_as_killed(bot_of, port):
    async with bot_of() as bot:
        await bot.start()
        os.kill((await _about(port))["pid"], signal.SIGSEGV)
        await bot.ended()
        with pytest.raises(StepFailed, match=r"ended by itself \(signal 11\)"):
            await bot.settled(within=5)
        assert not bot.alive()


async def test_settled_returns_once_nothing_is_left_to_do(bot_of):
    async with bot_of() as bot:
        await bot.start()
        with pytest.raises(StepFailed, match="inbox 0, outbox 2"):
            await bot.settled(within=0)
        await bot.settled(within=5)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the request to die with the parent is Linux's")
async def test_the_bot_dies_with_a_parent_that_is_killed(tmp_path, port):
    parent = f"""
import asyncio, sys
from pathlib import Path
from dgbot.sandbox.botprocess import BotProcess

async def main():
    bot = BotProcess({{}}, folder=Path({str(tmp_path)!r}), log=Path({str(tmp_path / "bot.log")!r}), port={port},
                     command=(sys.executable, "-c", {SMALL_BOT!r}, "{port}"))
    async with bot:
        await bot.start()
        print("up", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        pid = (await _about(port))["pid"]
        process.kill()
    async with asyncio.timeout(5):
        while _runs(pid):
            await asyncio.sleep(0.02)


def _runs(pid: object) -> bool:
    """Whether there is such a process; one that only waits to be collected does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
