"""The way from Slack to the bot: signed POSTs, or envelopes on an open Socket Mode connection."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import urlencode

import aiohttp

from dgbot.sandbox.slack.edge.ledger import Ledger
from dgbot.sandbox.slack.edge.reading import LARGEST, Unreadable, kept, read_json
from dgbot.sandbox.slack.edge.sockets import Sockets

Kind = Literal["slash_commands", "interactive", "events_api"]
SLACKS_RETRIES: Final = (0.0, 60.0, 300.0)  # seconds before each further attempt at an event


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a delivery ended: an HTTP status, or "acked", "timeout", "nobody", "too large"; "unsent" if none was due.

    *body* is the acknowledgement's payload, *headers* come with an HTTP one, *seconds* is the wall time until it came;
    *no_retry* if the bot wants no other attempt.
    """

    acked: bool
    status: int | str
    body: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    no_retry: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


UNSENT = Delivered(acked=True, status="unsent")
NOBODY = Delivered(acked=False, status="nobody")
ENDLESS = Delivered(acked=False, status="too large")


class Delivery:
    """Hands payloads to the bot and waits *ack_within* seconds for the acknowledgement.

    One attempt each. Events alone are tried again, after each of *retries* seconds, of which there are none until
    somebody sets them (``SLACKS_RETRIES``); *pause* is how they are waited for.
    """

    def __init__(
        self,
        signing_secret: str,
        *,
        new_id: Callable[[str, int], str],
        ledger: Ledger,
        pause: Callable[[float], Awaitable[None]],
        ack_within: float = 3.0,
    ) -> None:
        self.url: str | None = None
        self.ack_within = ack_within
        self.retries: Sequence[float] = ()
        self.sockets = Sockets(new_id)
        self._secret, self._ledger, self._pause = signing_secret, ledger, pause

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self.sockets.connections

    async def send(self, kind: Kind, payload: Mapping[str, Any]) -> Delivered:
        """Deliver *payload* to the URL, or to one of the open connections; never raises for what the bot does."""
        delivered = await self._attempt(kind, payload, {})
        for number, wait in enumerate(self.retries if kind == "events_api" else (), 1):
            if delivered.acked or delivered.no_retry:
                break
            await self._pause(wait)
            again = {"x-slack-retry-num": str(number), "x-slack-retry-reason": _reason(delivered)}
            delivered = await self._attempt(kind, payload, again)
        return delivered

    async def _attempt(self, kind: Kind, payload: Mapping[str, Any], again: Mapping[str, str]) -> Delivered:
        start = time.perf_counter()
        body, content_type = _encoded(kind, payload)
        headers = {**self._signed(body), "content-type": content_type, **again} if self.url else again
        way = self._post(body, headers) if self.url else self._envelope(kind, payload, again)
        try:
            delivered = await asyncio.wait_for(way, self.ack_within)
        except TimeoutError:
            delivered = Delivered(acked=False, status="timeout")
        seconds = time.perf_counter() - start
        self._ledger.note(
            "to the bot",
            kind,
            status=delivered.status,
            seconds=seconds,
            payload=kept(payload, len(body)),
            answer=delivered.body,
            headers=headers,
            answer_headers=delivered.headers,
        )
        return replace(delivered, seconds=seconds)

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Delivered:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(str(self.url), data=body, headers=headers) as response,
            ):
                said = await _read(response.content)
                if said is None:
                    return ENDLESS
                no_retry = response.headers.get("x-slack-no-retry") == "1"
                heads = {name.lower(): value for name, value in response.headers.items()}
                return Delivered(response.status == 200, response.status, said, no_retry=no_retry, headers=heads)
        except aiohttp.ClientError:
            return NOBODY

    async def _envelope(self, kind: Kind, payload: Mapping[str, Any], again: Mapping[str, str]) -> Delivered:
        retry, reason = int(again.get("x-slack-retry-num", 0)), again.get("x-slack-retry-reason", "")
        body = await self.sockets.send(kind, payload, retry=retry, retry_reason=reason)
        return NOBODY if body is None else Delivered(acked=True, status="acked", body=body)

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))  # the bot compares it with its wall clock
        signed = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signed}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def _reason(delivered: Delivered) -> str:
    reasons = {"timeout": "http_timeout", "nobody": "connection_failed"}
    return reasons.get(str(delivered.status), "http_error")


def _encoded(kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


async def _read(content: aiohttp.StreamReader) -> Mapping[str, Any] | None:
    """Return what an acknowledgement says, if need be as a text; None if it is larger than anything that is read."""
    said = bytearray()
    async for chunk in content.iter_any():
        said += chunk
        if len(said) > LARGEST:
            return None
    try:
        body = read_json(bytes(said) or b"{}")
    except Unreadable:
        return {"text": said.decode(errors="replace")}
    return body if isinstance(body, dict) else {}
