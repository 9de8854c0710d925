"""The doors beside the Web API: who knocks there meets the same levers, and is written into the same ledger."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from dgbot.sandbox.deepgram.edge.departure import cut
from dgbot.sandbox.slack.edge.arguments import RateLimited, Refused
from dgbot.sandbox.slack.edge.faults import DROPPED, Faults, Spoiled
from dgbot.sandbox.slack.edge.ledger import Ledger
from dgbot.sandbox.slack.edge.reading import LARGEST, TOO_LARGE, TooLarge, Unreadable, body_of, kept, read_object

Answering = Callable[[Request], Awaitable[Response]]
Receiving = Callable[[Request, bytes], Awaitable[Response]]
"""What answers a request whose body was read."""


def door(kind: str, answer: Receiving, *, faults: Faults, ledger: Ledger, most: int = LARGEST) -> Answering:
    """Return *answer* under the levers for *kind*, each exchange kept; a body that is no object counts by its bytes.

    A body of more than *most* bytes is answered with 413.
    """

    async def opened(request: Request) -> Response:
        start = time.perf_counter()
        body, size = b"", 0
        try:
            body = await body_of(request, most)
            size = len(body)
            response = await faults.around(kind, lambda: answer(request, body))
        except TooLarge as too_large:
            size, response = too_large.size, JSONResponse({"ok": False, "error": TOO_LARGE}, 413)
        except RateLimited as limit:
            headers = {"retry-after": str(limit.retry_after)}
            response = JSONResponse({"ok": False, "error": limit.error}, 429, headers)
        except Refused as refusal:
            response = JSONResponse({"ok": False, "error": refusal.error}, 404)
        except Spoiled as spoiled:
            response = spoiled_answer(spoiled.status)
        ledger.note(
            "to Slack",
            kind,
            status="dropped" if isinstance(response, NoAnswer) else response.status_code,
            seconds=time.perf_counter() - start,
            payload=_payload(body, size),
            answer={"text": bytes(response.body).decode()},
            headers=dict(request.headers),
            answer_headers=dict(response.headers),
        )
        return response

    return opened


def spoiled_answer(status: int) -> Response:
    """Return a server error's page, or for DROPPED no answer at all."""
    return NoAnswer() if status == DROPPED else PlainTextResponse("Something went wrong at Slack.", status)


class NoAnswer(Response):
    """The connection ends instead of an answer; only uvicorn's can be ended so."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection that *receive* reads from."""
        await cut(receive, reset=False)


def _payload(body: bytes, size: int) -> Mapping[str, Any]:
    try:
        return kept(read_object(body), size)
    except Unreadable:
        return {"bytes": size}
