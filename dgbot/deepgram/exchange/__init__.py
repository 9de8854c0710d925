"""The one room that sends bytes to Deepgram, over httpx; it is loaded with the first call."""

from __future__ import annotations

from dgbot.deepgram.exchange.sending import AsyncExchange, Exchange

__all__ = ["AsyncExchange", "Exchange"]
