"""What a page may not do unseen: complain on its console, throw, or call anybody but this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError, WebSocket

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OURS = frozenset({"data", "blob", "about"})


class Witness:
    """Collects the complaints of every page in the contexts that it watches."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []

    @property
    def complaints(self) -> list[str]:
        """What was seen and is not forgiven, oldest first."""
        return [one for one in self._seen if not any(pattern.search(one) for pattern in self._forgiven)]

    def forgive(self, pattern: str) -> None:
        """Let pass what matches *pattern*: the browser's own words about a server that the test took away."""
        self._forgiven.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        """Watch every page of *context* that there is and will be."""
        context.on("console", self._console)
        context.on("weberror", self._thrown)
        context.on("request", self._asked)
        context.on("page", lambda page: page.on("websocket", self._connected))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._seen.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _thrown(self, error: WebError) -> None:
        self._seen.append(f"thrown: {error.error}")

    def _asked(self, request: Request) -> None:
        self._reach(request.url)

    def _connected(self, websocket: WebSocket) -> None:
        self._reach(websocket.url)

    def _reach(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in OURS and address.hostname not in LOOPBACK:
            self._seen.append(f"left this machine: {url}")
