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
from starlette.types import Receive, Scope, Send

from dgbot.adapters.slack.guard import MAX_BODY, TurnedAway, examine
from dgbot.adapters.slack.listeners import DELIVERY_HEADER

log = structlog.get_logger(__name__)

READ_SECONDS = 5.0
"""How long a request's body may take to arrive; Slack's come at once."""


class HttpDoor:
    """What stands at ``/slack/events``: the guard, then Bolt. Raw ASGI, because every command waits for it."""

    def __init__(self, app: AsyncApp, secrets: Sequence[bytes], *, wall: Callable[[], float] = time.time) -> None:
        self._app = app
        self._secrets = secrets
        self._wall = wall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of Slack's."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                raw = await _read(receive)
        except TimeoutError:
            late = [(b"content-length", b"0"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 408, "headers": late})
            await send({"type": "http.response.body", "body": b""})
            return
        status, body, content_type = await self._answer(scope, raw)
        headers = [(b"content-length", b"%d" % len(body))]
        if content_type:
            headers.append((b"content-type", content_type))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, raw: bytes) -> tuple[int, bytes, bytes]:
        if scope["method"] != "POST":
            return 405, b"", b""
        examined = examine(raw, scope["headers"], now=self._wall(), secrets=self._secrets)
        if isinstance(examined, TurnedAway):
            log.info("request turned away", status=examined.status, size=len(raw))
            return examined.status, b"", b""
        if (challenge := examined.body.get("challenge")) is not None:  # Slack asks whether this address is ours
            return 200, str(challenge).encode(), b"text/plain"
        if "ssl_check" in examined.body:
            return 200, b"", b""
        request = AsyncBoltRequest(
            mode="socket_mode",  # the body is decoded already
            body=dict(examined.body),
            headers={DELIVERY_HEADER: examined.delivery_id},
        )
        answer = await self._app.async_dispatch(request)
        content_type = answer.headers.get("content-type", [""])[0]
        return answer.status, (answer.body or "").encode(), content_type.encode()


class SocketDoor:
    """A Socket Mode connection, kept open by the SDK."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        self._app = app
        self._client = SocketModeClient(app_token=app_token, web_client=client)
        self._client.socket_mode_request_listeners.append(self._on_request)

    async def open(self) -> None:
        """Connect; from then on deliveries arrive. Raises SlackApiError for a token that Slack refuses."""
        self._client.wss_uri = await self._client.issue_new_wss_url()  # connect() would ask for ever
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


async def _read(receive: Receive) -> bytes:
    """Return the body, or a little more than the guard admits of one that is too large."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) > MAX_BODY:
            return body
