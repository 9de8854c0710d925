"""The two ways in which Slack reaches the bot: signed HTTP requests, or a socket that the bot opens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from dgbot.adapters.slack.guard import MAX_BODY, TurnedAway, examine
from dgbot.adapters.slack.listeners import DELIVERY_HEADER

log = structlog.get_logger(__name__)


class HttpDoor:
    """The route ``/slack/events``: the guard, then Bolt."""

    def __init__(self, app: AsyncApp, secrets: Sequence[bytes], *, wall: Callable[[], float] = time.time) -> None:
        self._app = app
        self._secrets = secrets
        self._wall = wall

    async def answer(self, request: Request) -> Response:
        """Answer one request of Slack's."""
        try:
            raw = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        examined = examine(raw, request.headers.raw, now=self._wall(), secrets=self._secrets)
        if isinstance(examined, TurnedAway):
            log.info("request turned away", status=examined.status, size=len(raw))
            return Response(status_code=examined.status)
        bolt_request = AsyncBoltRequest(
            mode="socket_mode",  # the body is decoded already
            body=dict(examined.body),
            headers={DELIVERY_HEADER: examined.delivery_id},
        )
        answer = await self._app.async_dispatch(bolt_request)
        return Response(answer.body, status_code=answer.status, media_type=answer.first_headers().get("content-type"))


class SocketDoor:
    """A Socket Mode connection, kept open by the SDK."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        self._app = app
        self._client = SocketModeClient(app_token=app_token, web_client=client)
        self._client.socket_mode_request_listeners.append(self._on_request)

    async def open(self) -> None:
        """Connect; from then on deliveries arrive."""
        await self._client.connect()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Take no more deliveries and hang up."""
        self._client.socket_mode_request_listeners.clear()
        await self._client.close()  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)  # lets the SDK's cancelled tasks end inside this loop

    async def is_open(self) -> bool:
        """Whether Slack can reach the bot now."""
        return bool(await self._client.is_connected())

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        bolt_request = AsyncBoltRequest(
            mode="socket_mode", body=request.payload, headers={DELIVERY_HEADER: request.envelope_id}
        )
        answer = await self._app.async_dispatch(bolt_request)
        await send_async_response(client, request, answer, time.time())


async def _read(request: Request) -> bytes:
    """Return the body, or a little more than the guard admits of one that is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MAX_BODY:
            break
    return b"".join(parts)
