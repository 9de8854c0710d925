"""A Deepgram of one's own on loopback: stateful, seeded, and able to fail on demand."""

from __future__ import annotations

from dgbot.sandbox.deepgram.faults import Seen
from dgbot.sandbox.deepgram.server import LocalDeepgram

__all__ = ["LocalDeepgram", "Seen"]
