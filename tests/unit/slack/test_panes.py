"""The call that carries a key: it goes to Slack alone, and whatever comes back is an answer or a PaneLost."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.panes import SlackPanes
from dgbot.adapters.slack.session import own_session
from dgbot.services.panes import OpenPane, PaneLost, Sorry
from dgbot.serving import serving

SORRY = Sorry("No key", ("Ask again.",))
JSON = b"application/json"
READABLE = b'{"ok": true, "view": {"id": "V1", "hash": "h1"}}'


class Proxy:
    """Answers everything with the same bytes, and keeps what it was sent."""

    def __init__(self, body: bytes, *, status: int = 200, kind: bytes = JSON, location: str = "") -> None:
        self.answer, self.status, self.kind, self.location = body, status, kind, location
        self.got: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.got.append((await receive())["body"])
        headers = [(b"content-type", self.kind), (b"content-length", b"%d" % len(self.answer))]
        headers += [(b"location", self.location.encode())] if self.location else []
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})


@asynccontextmanager
async def panes(proxy: Proxy):
    async with serving(proxy) as origin, own_session(f"{origin}/api/", SecretStr("xoxb-1")) as client:
        yield SlackPanes(client, SlackDirectory(client, "T1"))


async def lost(proxy: Proxy) -> list[bool]:
    """Open and replace a pane, and return of each that was lost whether Slack said so."""
    known = []
    async with panes(proxy) as shown:
        for attempt in (shown.open("t1", SORRY), shown.replace(OpenPane("V1", "h1"), SORRY)):
            try:
                await attempt
            except PaneLost as error:
                known.append(error.known)
    return known


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b"[1]", JSON),
        (b'"ok"', JSON),
        (b"null", JSON),
        (b"[" * 100_000, JSON),
        (b"\xff\xfe{", b"application/json; charset=utf-8"),
        (READABLE, b"application/json; charset=rot13"),
        (READABLE, b"text/plain"),
        (READABLE, b"application/gzip"),
        (b"<html>", b"text/html"),
        (b'{"ok": "yes"}', JSON),
        (b'{"ok": false}', JSON),
        (b'{"ok": false, "error": 5}', JSON),
    ],
)
async def test_an_answer_that_cant_be_read_leaves_open_what_happened(body, kind):
    assert await lost(Proxy(body, kind=kind)) == [False, False]


@pytest.mark.parametrize(
    "view", [b"", b', "view": [1]', b', "view": {"id": "V1"}', b', "view": {"id": 1, "hash": "h"}']
)
async def test_only_opening_needs_to_know_the_view(view):
    assert await lost(Proxy(b'{"ok": true' + view + b"}")) == [False]


async def test_what_slack_refuses_is_known():
    assert await lost(Proxy(b'{"ok": false, "error": "expired_trigger_id"}')) == [True, True]
    assert await lost(Proxy(b"busy", status=429, kind=b"text/html")) == [True, True]
    assert await lost(Proxy(b"", status=502)) == [False, False]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_takes_a_key_elsewhere(status):
    foreign = Proxy(READABLE)
    async with serving(foreign) as origin:
        assert await lost(Proxy(b"", status=status, location=f"{origin}/api/views.update")) == [False, False]
    assert foreign.got == []


async def test_a_readable_answer_names_the_open_view():
    async with panes(Proxy(READABLE)) as shown:
        assert await shown.open("t1", SORRY) == OpenPane("V1", "h1")
