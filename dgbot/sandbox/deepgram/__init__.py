"""A Deepgram of one's own on loopback: stateful, seeded, and able to fail on demand."""

from __future__ import annotations

from dgbot.sandbox.deepgram.edge.faults import Body, Delay, Drop, Reset, Status, Truncate
from dgbot.sandbox.deepgram.edge.ledger import Seen
from dgbot.sandbox.deepgram.server import LocalDeepgram

__all__ = ["Body", "Delay", "Drop", "LocalDeepgram", "Reset", "Seen", "Status", "Truncate"]
