"""The one place where concrete classes meet: what a bot stands on, what it consists of, and how it lives."""

from dgbot.app.outside import CannotStart
from dgbot.app.running import bot, run

__all__ = ["CannotStart", "bot", "run"]
