"""How long something lasts, in words."""

from __future__ import annotations

from datetime import timedelta


def in_words(span: timedelta) -> str:
    """Return *span* in the largest unit that fits it whole: 30 days, 12 hours, 90 minutes."""
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}" + ("s" if count != 1 else "")
    return f"{seconds} seconds"
