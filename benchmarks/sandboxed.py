"""A local Slack for benchmarks, and the settings that make a bot use it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import SECRET
from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving

SETTINGS = """
[deepgram]
project = "p"
[roles.approvers]
users = ["UBOB00001"]
[approvals]
channel = "CKEYAPPR1"
approvers = "approvers"
[log]
level = "warning"
"""


@contextmanager
def local_slack() -> Iterator[LocalSlack]:
    """Serve a local Slack from a thread of its own."""
    slack = LocalSlack(lambda: datetime.now(UTC))
    up, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(slack.app) as slack.origin:
            up.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        up.wait()
        yield slack
    finally:
        done.set()
        thread.join()


def environment(slack: LocalSlack, folder: Path, port: int, settings: str = "") -> dict[str, str]:
    """Return the whole environment of a bot in HTTP mode whose database and settings file are in *folder*."""
    config = folder / "dgbot.toml"
    config.write_text(settings + SETTINGS)
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "DEEPGRAM_API_KEY": "k" * 40,
        "DEEPGRAM_HOST": slack.origin,
        "DGBOT_SLACK__BASE_URL": f"{slack.origin}/api/",
        "DGBOT_DATABASE__URL": f"sqlite:///{folder}/dgbot.db",
        "DGBOT_CONFIG": str(config),
        "DGBOT_WEB__PORT": str(port),
    }
