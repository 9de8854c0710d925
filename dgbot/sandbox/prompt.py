"""A person at the terminal plays the script language line by line."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from dgbot.sandbox.botsettings import PEOPLE
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.demo import Act, Sandbox
from dgbot.sandbox.script import Expects, ScriptError, parse_step

_WHO = "\n".join(f"  {name:<7} {about}" for name, about in PEOPLE.items())

WELCOME = f"""\
A local Slack, a local Deepgram and dgbot, all on this machine; nothing leaves it.

{_WHO}
  #general  #alerts  #key-approvals  #ops

Type a line, such as
  carol: /deepgram invite bob@co.com
  alice: /deepgram create-key ci --scopes usage:read --ttl 30d --reason "nightly batch"
  bob: click "Approve"
  bob: submit "Reason"="Use the shared one"
  deepgram: balance 20
  wait 30m
  expect #alerts: balance
Also: deepgram: fail GET /v1/projects/*/balances 503 · deepgram: slow 5 · deepgram: heal · bot: kill · bot: start
"help" shows this again; Ctrl-D ends the demo."""


def prompting(descriptor: int, *, ask: Callable[[], None]) -> Act:
    """Return the act that plays each line read from the terminal behind *descriptor*; *ask* writes the prompt."""

    async def prompt(sandbox: Sandbox) -> int:
        page = sandbox.slack.origin
        sandbox.show(f"{WELCOME}\n\nOpen {page} in a browser, or type here. The bot's log: {sandbox.log}\n")
        await asyncio.to_thread(_show_page, page)
        ask()
        async for line in typed(descriptor):
            await _play(sandbox, line.strip())
            ask()
        sandbox.show("")
        return 0

    return prompt


async def _play(sandbox: Sandbox, text: str) -> None:
    if not text or text.startswith("#"):
        return
    if text == "help":
        sandbox.show(WELCOME)
        return
    try:
        step = parse_step(text)
        await sandbox.stage.perform(step)
        if isinstance(step, Expects):
            sandbox.show("  As expected.")
    except ScriptError as error:
        sandbox.show(f"  {error}")
    except StepFailed as failure:
        sandbox.stage.tell(failure)


async def typed(descriptor: int) -> AsyncIterator[str]:
    """Yield each line typed at a terminal or written into a pipe until its end.

    No thread reads, so that nothing is left waiting for input when the demo ends.
    """
    loop = asyncio.get_running_loop()
    chunks = asyncio.Queue[bytes]()
    loop.add_reader(descriptor, lambda: chunks.put_nowait(_read(descriptor)))
    rest = b""
    try:
        while chunk := await chunks.get():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.decode(errors="replace")
        if rest:
            yield rest.decode(errors="replace")
    finally:
        loop.remove_reader(descriptor)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # a terminal that was closed
        return b""


def _show_page(url: str) -> None:
    """Open the page where there is a screen for it; a browser in this terminal would take the prompt away."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        with suppress(webbrowser.Error):
            webbrowser.open(url)
