"""Dates as people write them, turned into the two forms that Deepgram takes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

from dgbot.deepgram.errors import DeepgramOptionsError

Moment = date | datetime | str


def day(name: str, value: Moment) -> str:
    """*value* as ``YYYY-MM-DD`` in UTC; a time without a zone is UTC. *name* is the option, for the error."""
    return _aware(name, value).date().isoformat()


def instant(name: str, value: Moment) -> str:
    """*value* as RFC 3339 in UTC, to the second, such as ``2026-11-22T00:00:00Z``; a day means its first moment."""
    return _aware(name, value).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def parsed(text: str | None) -> datetime | None:
    """The aware datetime that *text* writes in RFC 3339 or as a day; None if it is absent or no date."""
    if not text:
        return None
    try:
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def day_of(text: str | None) -> date | None:
    """The UTC day that *text* writes; None if it is absent or no date."""
    moment = parsed(text)
    return moment.date() if moment else None


def _aware(name: str, value: object) -> datetime:
    moment = None
    if isinstance(value, datetime):
        with suppress(OverflowError):  # the first and the last day, in another zone
            moment = _utc(value)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif isinstance(value, str):
        moment = parsed(value.strip())
    if moment is None:
        raise DeepgramOptionsError(f"{name}: {value!r} is not a date such as 2026-11-22 or 2026-11-22T14:00:00Z.")
    return moment


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
