"""What the bot serves: ``/healthz`` and ``/readyz`` in both modes, ``/slack/events`` over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Health = Callable[[], Awaitable[Mapping[str, Any]]]
Events = Callable[[Request], Awaitable[Response]]


def web_app(*, health: Health, ready: Callable[[], Awaitable[bool]], events: Events | None) -> Starlette:
    """Return the application; *events* answers Slack's requests and is absent in Socket Mode."""

    async def healthz(_: Request) -> Response:
        return JSONResponse(dict(await health()))

    async def readyz(_: Request) -> Response:
        is_ready = await ready()
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if events is not None:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)
