"""A signed slash command, many times, over kept-alive connections: what Slack would send, without Slack."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

SECRET = "benchmark-signing-secret"
PEOPLE = ("UALICE001", "UBOB00001", "UCAROL001")


@dataclass(frozen=True)
class Load:
    """What the server answered: seconds for each request, in the order of their ends."""

    seconds: list[float]
    statuses: set[int]


def command(number: int, text: str) -> bytes:
    """Return one whole HTTP request, signed now; *number* makes its trigger and so its delivery unique."""
    fields = {
        "token": "t", "team_id": "TACME0001", "team_domain": "acme",
        "channel_id": "CGENERAL1", "channel_name": "general",
        "user_id": PEOPLE[number % len(PEOPLE)], "user_name": "x",
        "command": "/deepgram", "text": text, "api_app_id": "ADGBOT001",
        "is_enterprise_install": "false", "response_url": "https://hooks.slack.com/commands/T/1/x",
        "trigger_id": f"{number}.{time.time_ns()}.abc",
    }  # fmt: skip
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items()).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        f"x-slack-request-timestamp: {stamp}\r\nx-slack-signature: v0={signature}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def saturate(origin: str, text: str, *, requests: int, connections: int) -> Load:
    """Send *requests* as fast as *connections* allow."""
    waiting = iter([command(number, text) for number in range(requests)])
    return await _through(origin, [waiting] * connections, pause=lambda: 0.0)


async def at_rate(origin: str, text: str, *, per_second: float, seconds: float) -> Load:
    """Send at a steady rate, whether or not the server keeps up."""
    started = time.monotonic()
    total = int(per_second * seconds)
    due = iter(range(total))

    def pause() -> float:
        return started + next(due) / per_second - time.monotonic()

    waiting = iter([command(number, text) for number in range(total)])
    return await _through(origin, [waiting] * 20, pause=pause)


async def _through(origin, lanes, *, pause) -> Load:
    seconds: list[float] = []
    statuses: set[int] = set()

    async def lane(requests) -> None:
        at = urlsplit(origin)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        for request in requests:
            if (wait := pause()) > 0:
                await asyncio.sleep(wait)
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), b":0")
            await reader.readexactly(int(length.split(b":")[1]))
            seconds.append(time.perf_counter() - began)
            statuses.add(int(head.split(b" ", 2)[1]))
        writer.close()

    await asyncio.gather(*(lane(requests) for requests in lanes))
    return Load(seconds, statuses)
