"""A call that worked and has nothing to show."""

from __future__ import annotations

from dgbot.deepgram.responses.base import Response


class Message(Response, frozen=True, kw_only=True, gc=False):
    """A success note in Deepgram's own words, empty if it sent none; don't match on the text."""

    message: str = ""
