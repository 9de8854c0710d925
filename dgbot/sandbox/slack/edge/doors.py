"""The doors beside the Web API: who knocks there meets the same levers, and is written into the same ledger."""

from __future__ import annotations

import json
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

Answering = Callable[[Request], Awaitable[Response]]


def door(kind: str, answer: Answering, *, faults: Faults, ledger: Ledger) -> Answering:
    """Return *answer* under the levers for *kind*, each exchange kept; a body that is no object counts by its bytes."""

    async def opened(request: Request) -> Response:
        start = time.perf_counter()
        try:
            response = await faults.around(kind, lambda: answer(request))
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
            payload=_payload(await request.body()),
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


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    return sent if isinstance(sent, dict) else {"bytes": len(body)}
