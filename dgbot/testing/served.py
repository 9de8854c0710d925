"""A local Deepgram that is served, and knows where."""

from __future__ import annotations

from dgbot.sandbox.deepgram import LocalDeepgram


class ServedDeepgram(LocalDeepgram):
    """A local Deepgram with its address, once it has one."""

    origin = ""
