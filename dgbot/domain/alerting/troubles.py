"""A time in which the bot could not see, for one cause: told once, and once that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """*scope* is ``error:auth``, ``no-data:<project>`` or ``clock``; nothing was seen *since*, told at *opened_at*."""

    scope: str
    since: datetime
    opened_at: datetime
