"""The way from Slack to the bot: signed POSTs, or envelopes on an open Socket Mode connection."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from starlette.websockets import WebSocket, WebSocketDisconnect

from dgbot.sandbox.slack.workspace import APP

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a delivery ended: an HTTP status, or "acked", "timeout", "nobody"; "unsent" if the bot need not know.

    *body* is the acknowledgement's payload, *seconds* the wall time until it came.
    """

    acked: bool
    status: int | str
    body: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


UNSENT = Delivered(acked=True, status="unsent")


class Delivery:
    """Hands payloads to the bot, one attempt each, and waits *ack_within* seconds for the acknowledgement."""

    def __init__(self, signing_secret: str, *, new_id: Callable[[str, int], str], ack_within: float = 3.0) -> None:
        self.url: str | None = None
        self.ack_within = ack_within
        self._secret, self._new_id = signing_secret, new_id
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self._connections)

    def new_ticket(self) -> str:
        """Return the ticket that opens one more Socket Mode connection."""
        ticket = self._new_id("", 24).lower()
        self._tickets.add(ticket)
        return ticket

    async def send(self, kind: Kind, payload: Mapping[str, Any]) -> Delivered:
        """Deliver *payload* to the URL, or to one of the open connections; never raises for what the bot does."""
        start = time.perf_counter()
        way = self._post(kind, payload) if self.url else self._envelope(kind, payload)
        try:
            status, body = await asyncio.wait_for(way, self.ack_within)
        except TimeoutError:
            status, body = "timeout", {}
        seconds = time.perf_counter() - start
        return Delivered(acked=status in (200, "acked"), status=status, body=body, seconds=seconds)

    async def converse(self, websocket: WebSocket) -> None:
        """Serve one Socket Mode connection until it closes; what it had not acknowledged is lost with it."""
        if websocket.query_params.get("ticket") not in self._tickets:
            await websocket.close(1008)
            return
        await websocket.accept()
        connection = _Connection(websocket)
        self._connections.append(connection)
        try:
            await websocket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._connections),
                    "connection_info": {"app_id": APP},
                    "debug_info": {"host": "local-slack", "approximate_connection_time": 18060},
                }
            )
            while True:
                connection.acknowledge(await websocket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._connections.remove(connection)
            connection.lose()

    async def _post(self, kind: Kind, payload: Mapping[str, Any]) -> tuple[int | str, Mapping[str, Any]]:
        body, content_type = _encoded(kind, payload)
        stamp = str(int(time.time()))  # the bot compares it with its wall clock
        signed = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signed}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(str(self.url), data=body, headers=headers) as response,
            ):
                return response.status, _ack_payload(await response.text())
        except aiohttp.ClientError:
            return "nobody", {}

    async def _envelope(self, kind: Kind, payload: Mapping[str, Any]) -> tuple[int | str, Mapping[str, Any]]:
        if not self._connections:
            return "nobody", {}
        connection = self._connections.pop(0)
        self._connections.append(connection)
        envelope_id = self._new_id("", 20).lower()
        answer = connection.expect(envelope_id)
        try:
            await connection.websocket.send_json(
                {
                    "type": kind,
                    "envelope_id": envelope_id,
                    "payload": dict(payload),
                    "accepts_response_payload": kind != "events_api",
                    **({"retry_attempt": 0, "retry_reason": ""} if kind == "events_api" else {}),
                }
            )
        except (WebSocketDisconnect, RuntimeError):  # closed between choosing and sending
            return "nobody", {}
        body = await answer
        return ("nobody", {}) if body is None else ("acked", body)


class _Connection:
    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any] | None]] = {}

    def expect(self, envelope_id: str) -> asyncio.Future[Mapping[str, Any] | None]:
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        return self._waiting[envelope_id]

    def acknowledge(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        answer = self._waiting.pop(ack.get("envelope_id", ""), None) if isinstance(ack, dict) else None
        if answer is not None and not answer.done():
            body = ack.get("payload")
            answer.set_result(body if isinstance(body, dict) else {})

    def lose(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)


def _encoded(kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _ack_payload(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {}
