"""What Slack hands out for a short while: trigger ids and response URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dgbot.blockkit import check_blocks
from dgbot.sandbox.slack.edge.arguments import LONGEST_TEXT
from dgbot.sandbox.slack.edge.reading import Unreadable, read_object
from dgbot.sandbox.slack.world.workspace import BOT, Message, Workspace

TRIGGER_SECONDS, RESPONSE_USES, RESPONSE_TIME = 3.0, 5, timedelta(minutes=30)


class Triggers:
    """Trigger ids: good for one view, within 3 seconds of wall time."""

    def __init__(self, workspace: Workspace, *, monotonic: Callable[[], float]) -> None:
        self._workspace, self._monotonic = workspace, monotonic
        self._issued: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def issue(self, user_id: str) -> str:
        """Return a fresh trigger id for what *user_id* just did."""
        trigger_id = f"{self._workspace.new_id('', 12)}.{self._workspace.new_id('', 12)}".lower()
        self._issued[trigger_id] = (user_id, self._monotonic())
        return trigger_id

    def exchange(self, trigger_id: str) -> tuple[str, str]:
        """Return (user id, "") once and in time; afterwards ("", Slack's error)."""
        if trigger_id not in self._issued:
            return "", "invalid_trigger_id"
        if trigger_id in self._used:
            return "", "exchanged_trigger_id"
        user_id, issued = self._issued[trigger_id]
        if self._monotonic() - issued > TRIGGER_SECONDS:
            return "", "expired_trigger_id"
        self._used.add(trigger_id)
        return user_id, ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one response URL answers: whom, where, and which message may be replaced."""

    user_id: str
    channel_id: str
    message: tuple[str, str] | None
    issued: datetime
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses within 30 minutes of sandbox time."""

    def __init__(self, workspace: Workspace, now: Callable[[], datetime]) -> None:
        self._workspace, self._now = workspace, now
        self._tickets: dict[str, Ticket] = {}

    def issue(self, user_id: str, channel_id: str, message: Message | None = None) -> str:
        """Return the path of a fresh response URL, such as ``/response/X…``."""
        token = self._workspace.new_id("X", 24)
        key = (message.channel_id, message.ts) if message else None
        self._tickets[token] = Ticket(user_id, channel_id, key, self._now())
        return f"/response/{token}"

    async def answer(self, request: Request, body: bytes) -> Response:
        """Answer ``POST /response/<token>``."""
        token = request.path_params["token"]
        ticket = self._tickets.get(token)
        if ticket is None:
            return _refused(404, "invalid_url")
        if self._now() - ticket.issued > RESPONSE_TIME:
            return _refused(404, "expired_url")
        if ticket.uses >= RESPONSE_USES:
            return _refused(404, "used_url")
        try:
            sent = read_object(body)
        except Unreadable:
            return _refused(400, "invalid_payload")
        error = self._apply(ticket, sent)
        if error:
            return _refused(400, error)
        self._tickets[token] = replace(ticket, uses=ticket.uses + 1)
        return PlainTextResponse("ok")

    def _apply(self, ticket: Ticket, body: Mapping[str, Any]) -> str:
        original = self._workspace.messages.get(ticket.message) if ticket.message else None
        if body.get("delete_original") is True:
            if original is not None:
                self._workspace.delete(original)
            return ""
        text, blocks = str(body.get("text") or ""), body.get("blocks") or []
        if not text and not blocks:
            return "no_text"
        if len(text) > LONGEST_TEXT:
            return "msg_too_long"
        if check_blocks(blocks):
            return "invalid_blocks"
        thread_ts = body.get("thread_ts")
        if not isinstance(thread_ts, str | None):
            return "invalid_thread_ts"
        if body.get("replace_original") is True and original is not None:
            self._workspace.edit(original, text, blocks)
            return ""
        shared = body.get("response_type") == "in_channel"
        self._workspace.post(
            ticket.channel_id,
            BOT,
            text,
            blocks,
            thread_ts=thread_ts,
            only_for=None if shared else ticket.user_id,
        )
        return ""


def _refused(status: int, error: str) -> Response:
    return JSONResponse({"ok": False, "error": error}, status_code=status)
