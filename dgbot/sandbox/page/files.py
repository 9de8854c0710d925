"""What the browser loads: the page, its style and its modules, with headers that keep everything else out."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""All of them UTF-8; by our own list, because a system's table may call a module plain text."""


class Files:
    """The static files, read once; a name is looked up and never made a path."""

    def __init__(self) -> None:
        self._contents = dict(_read(files("dgbot.sandbox.page").joinpath("static")))

    async def index(self, request: Request) -> Response:
        """Answer with the page itself."""
        return self._answer("index.html", request)

    async def named(self, request: Request) -> Response:
        """Answer with one of its files."""
        return self._answer(request.path_params["name"], request)

    def _answer(self, name: str, request: Request) -> Response:
        content = self._contents.get(name)
        if content is None:
            return PlainTextResponse(f"The page has no file {name!r}.", 404)
        return Response(content, media_type=TYPES[PurePath(name).suffix], headers=_headers(request.headers["host"]))


def _read(folder: Traversable, below: str = "") -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _read(one, f"{below}{one.name}/")
        elif PurePath(one.name).suffix in TYPES:
            yield below + one.name, one.read_bytes()


def _headers(host: str) -> dict[str, str]:
    """*host* passed the guard. It is named for the WebSocket, which not every browser counts as 'self'."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-cache",
    }
