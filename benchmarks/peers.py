"""The servers that the dispatch benchmark compares, each in its own process: ``python -m benchmarks.peers NAME``.

``plain``       Bolt tuned: one listener, process_before_response, ASGI adapter, uvloop, httptools; stores nothing
``documented``  Bolt as its documentation shows it: Starlette adapter, default ack polling, uvicorn's defaults
``dgbot``       the whole bot through app.bot: guard, inbox, Bolt, permission, parse, plugin, finish; null notifier
``dgbot-100``   the same with 100 more commands
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.load import SECRET
from benchmarks.sandboxed import environment, local_slack

NOOP = '''
from dgbot import Context, Reply, command, hookimpl

@command("noop", permission="anyone", repeat="safe")
async def noop(ctx: Context, word: str, *, flag: bool = False) -> Reply:
    """Answer at once."""
    return Reply(f"{word}.")

@hookimpl
def dgbot_commands() -> list:
    return [noop]
'''
MORE = '''
from dgbot import Context, Reply, command, hookimpl

def make(number):
    @command(f"noop-{number}", permission="anyone", repeat="safe")
    async def noop(ctx: Context, word: str, *, flag: bool = False) -> Reply:
        """Answer at once."""
        return Reply(f"{word}.")
    return noop

@hookimpl
def dgbot_commands() -> list:
    return [make(number) for number in range(100)]
'''


def main() -> None:
    """Serve the peer that the command line names, print its origin, and wait for the end of stdin."""
    name = sys.argv[1]
    uvloop.run(_bolt(name) if name in {"plain", "documented"} else _dgbot(more=name == "dgbot-100"))


async def _bolt(name: str) -> None:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    from dgbot.serving import serving

    async def authorize(**_):
        return AuthorizeResult(
            enterprise_id=None, team_id="TACME0001", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=name == "plain")

    @app.command("/deepgram")
    async def deepgram(ack, command):
        await ack()

    served: Any
    if name == "plain":
        from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler as Asgi

        served = Asgi(app, path="/slack/events")
    else:
        from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
        from starlette.applications import Starlette
        from starlette.routing import Route

        adapter = AsyncSlackRequestHandler(app)
        served = Starlette(routes=[Route("/slack/events", adapter.handle, methods=["POST"])])
        await _serve_as_documented(served)
        return
    async with serving(served) as origin:
        await _until_done(origin)


async def _serve_as_documented(served: Any) -> None:
    """Run ``uvicorn app:api --log-level warning``, on a free port."""
    import socket

    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
    running = asyncio.create_task(server.serve([listener]))
    await _until_done(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    await running


async def _dgbot(*, more: bool) -> None:
    from dgbot import app
    from dgbot.adapters import telemetry
    from dgbot.settings import load

    class Nobody:
        async def send(self, notice, standing):
            return None

    with tempfile.TemporaryDirectory() as name, local_slack() as slack:
        folder = Path(name)
        plugins = folder / "plugins"
        plugins.mkdir(mode=0o700)
        _private(plugins / "noop.py", NOOP)
        if more:
            _private(plugins / "more.py", MORE)
        settings = load(environment=environment(slack, folder, 0, f'plugin_directory = "{plugins}"'))
        telemetry.configure(level="warning", style="json", secrets=[])
        async with app.bot(settings, notifier=Nobody()) as origin:
            await _until_done(origin)


def _private(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


async def _until_done(origin: str) -> None:
    sys.stdout.write(f"{origin} {os.getpid()}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    main()
