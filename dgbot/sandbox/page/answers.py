"""How the page's own API answers: done, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dgbot.sandbox.deepgram.wire import NotJson, decoded
from dgbot.sandbox.page.acts import Said
from dgbot.sandbox.slack import NoSuchThing

LARGEST_BODY = 64 * 1024


async def answered(request: Request, kind: Any, do: Callable[[Any], Awaitable[Said]]) -> Response:
    """Read the body as *kind*, do it, and say how it went.

    What there is to tell goes with it; what can't be read is answered with 400, what is too large with 413.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return refused(f"A body may have {LARGEST_BODY} bytes at most.", 413)
    try:
        said = await do(decoded(body, _decoder(kind)))
    except NotJson as error:
        return refused(f"This can't be read: {error}.", 400)
    except NoSuchThing as error:
        said = str(error)
    return refused(said, 200) if isinstance(said, str) else JSONResponse({"ok": True, **(said or {})})


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def refused(sentence: str, status: int) -> Response:
    """Return the answer to what is not done."""
    return JSONResponse({"ok": False, "error": sentence}, status)
