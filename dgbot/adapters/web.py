"""What the bot serves: ``/healthz`` and ``/readyz`` in both modes, ``/slack/events`` over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dgbot.adapters.storage.errors import StorageError

Health = Callable[[], Awaitable[Mapping[str, Any]]]

EVENTS_PATH = "/slack/events"


def web_app(*, health: Health, ready: Callable[[], Awaitable[bool]], events: ASGIApp | None) -> ASGIApp:
    """Return the application; *events* answers Slack's requests and is absent in Socket Mode."""

    async def healthz(_: Request) -> Response:
        try:
            return JSONResponse(dict(await health()))
        except StorageError:
            return JSONResponse({"status": "database unavailable"}, status_code=503)

    async def readyz(_: Request) -> Response:
        is_ready = await ready()
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    pages = Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)])
    return pages if events is None else _beside(pages, events)


def _beside(pages: ASGIApp, events: ASGIApp) -> ASGIApp:
    """Hand Slack's requests straight to *events*; Starlette's middleware would cost as much as the guard and Bolt."""

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = events if scope["type"] == "http" and scope["path"] == EVENTS_PATH else pages
        await chosen(scope, receive, send)

    return front
