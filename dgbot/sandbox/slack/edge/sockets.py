"""Socket Mode: the connections that a bot opened, and the envelopes that travel on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from dgbot.sandbox.slack.edge.reading import LARGEST, Unreadable, read_object
from dgbot.sandbox.slack.world.workspace import APP

MOST_CONNECTIONS = 10
GOING_AWAY = 1001
DEBUG_INFO = {"host": "local-slack", "approximate_connection_time": 18060}
Farewell = Literal["warning", "refresh_requested"]


class Sockets:
    """Up to ten connections, each opened with a ticket of its own; the next envelope goes to the next of them.

    *opened* counts every connection there ever was. Pings are answered by the server that holds the sockets.
    """

    def __init__(self, new_id: Callable[[str, int], str]) -> None:
        self.opened = 0
        self._new_id = new_id
        self._tickets: set[str] = set()
        self._open: list[_Connection] = []

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def new_ticket(self) -> str:
        """Return a ticket that opens one connection, once."""
        ticket = self._new_id("", 24).lower()
        self._tickets.add(ticket)
        return ticket

    async def converse(self, websocket: WebSocket) -> None:
        """Serve one connection until it closes; what it had not acknowledged is lost with it."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(1008)
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        connection = _Connection(websocket)
        if len(self._open) >= MOST_CONNECTIONS:
            await connection.dismiss("too_many_websockets")
            await connection.close()
            return
        self._open.append(connection)
        self.opened += 1
        try:
            await connection.greet(len(self._open))
            while (message := await websocket.receive())["type"] == "websocket.receive":
                connection.acknowledge(message.get("text") or "")
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(connection)

    async def disconnect(self, reason: Farewell) -> None:
        """Tell every connection to make way: a ``warning`` leaves it open, ``refresh_requested`` closes it."""
        for connection in list(self._open):
            await connection.dismiss(reason)
            if reason == "refresh_requested":
                self._forget(connection)
                await connection.close()

    async def hang_up(self) -> None:
        """Close every connection without a word before, as a server does that goes away."""
        for connection in list(self._open):
            self._forget(connection)
            await connection.close(GOING_AWAY)

    async def send(
        self, kind: str, payload: Mapping[str, Any], *, retry: int = 0, retry_reason: str = ""
    ) -> Mapping[str, Any] | None:
        """Send an envelope and return its acknowledgement's payload; None if nobody is there, or no longer."""
        if not self._open:
            return None
        connection = self._open.pop(0)
        self._open.append(connection)
        envelope = {
            "type": kind,
            "envelope_id": self._new_id("", 20).lower(),
            "payload": dict(payload),
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": retry_reason}
        return await connection.ask(envelope)

    def _forget(self, connection: _Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
        connection.lose()


class _Connection:
    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any] | None]] = {}

    async def greet(self, connections: int) -> None:
        hello = {"type": "hello", "num_connections": connections, "connection_info": {"app_id": APP}}
        await self._websocket.send_json(hello | {"debug_info": DEBUG_INFO})

    async def dismiss(self, reason: str) -> None:
        await self._tell({"type": "disconnect", "reason": reason, "debug_info": DEBUG_INFO})

    async def close(self, code: int = 1000) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            await self._websocket.close(code)

    async def ask(self, envelope: dict[str, Any]) -> Mapping[str, Any] | None:
        answer: asyncio.Future[Mapping[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        return await answer if await self._tell(envelope) else None

    def acknowledge(self, text: str) -> None:
        if len(text) > LARGEST:
            return
        try:
            ack = read_object(text)
        except Unreadable:
            return
        answer = self._waiting.pop(str(ack.get("envelope_id")), None)
        if answer is not None and not answer.done():
            body = ack.get("payload")
            answer.set_result(body if isinstance(body, dict) else {})

    def lose(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)

    async def _tell(self, message: dict[str, Any]) -> bool:
        try:
            await self._websocket.send_json(message)
        except (WebSocketDisconnect, RuntimeError):  # closed between choosing and sending
            return False
        return True
