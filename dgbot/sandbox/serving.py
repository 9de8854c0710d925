"""The sandbox's servers listen like the bot's own."""

from dgbot.serving import serving

__all__ = ["serving"]
