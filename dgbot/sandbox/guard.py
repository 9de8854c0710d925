"""Who may drive the sandbox: this machine's own pages and programs, and no page of another site."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
OWN_SITE = frozenset({"none", "same-origin"})
"""What a browser says of an address that somebody typed, and of what our own page asks for."""


class Guard:
    """Refuses a Host that is not loopback (a name that was bound anew), and whatever another site's page asks for.

    That goes for looking as for acting: an address that is only fetched can act too, and a picture is a fetch.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403, or close the WebSocket before it opens; everything else goes on."""
        refusal = _refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
        else:
            await PlainTextResponse(refusal, 403)(scope, receive, send)


def _refusal(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    if len(hosts) != 1 or _name(hosts[0]) not in LOOPBACK:
        return "The sandbox answers on 127.0.0.1 and localhost only."
    if any(origin != f"http://{hosts[0]}" for origin in headers.getlist("origin")):
        return "Only the sandbox's own page may do this."
    strange = any(site not in OWN_SITE for site in headers.getlist("sec-fetch-site"))
    if (
        strange and scope["type"] == "http" and not _follows_a_link(scope, headers)
    ):  # a WebSocket has an Origin, and to some browsers ws: is another site
        return "Only the sandbox's own page may do this."
    return None


def _follows_a_link(scope: Scope, headers: Headers) -> bool:
    """Whether somebody goes to the page itself, which anybody may hand them a link to; no frame and no fetch does."""
    asked = (scope["method"], scope["path"], headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    return asked == ("GET", "/", "navigate", "document")


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name.lower() if colon and port.isdigit() else host.lower()
