"""The note that a call without a result answers with."""

from __future__ import annotations

from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.wire.reading import decoder, read

_MESSAGE = decoder(Message)


def message(body: bytes) -> Message:
    """A note."""
    return read(_MESSAGE, body)
