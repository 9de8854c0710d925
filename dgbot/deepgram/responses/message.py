"""A call that worked and has nothing to show."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A success note in Deepgram's own words, empty if it sent none; don't match on the text."""

    message: str = ""
