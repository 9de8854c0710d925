"""How values look in the database: one form each, exact and readable in any SQL shell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

_MICROSECOND = timedelta(microseconds=1)


def instant_text(moment: datetime) -> str:
    """Return *moment* as ``2026-01-01T12:00:00.000000+00:00``: UTC, always 32 characters, so text order is time order.

    Raises ValueError for a datetime without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone; give an aware datetime such as datetime.now(UTC).")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def json_text(value: Mapping[str, Any]) -> str:
    """Return *value* as compact JSON; a lone surrogate, which UTF-8 can't hold, becomes a question mark."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()


class Instant(sa.TypeDecorator[datetime]):
    """An aware moment as the text of `instant_text`; microseconds survive."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Write UTC."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Read UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Span(sa.TypeDecorator[timedelta]):
    """A duration as a whole number of microseconds."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: sa.Dialect) -> int | None:
        """Write microseconds."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> timedelta | None:
        """Read microseconds."""
        return None if value is None else value * _MICROSECOND


class Money(sa.TypeDecorator[Decimal]):
    """A Decimal as its own text, so that neither cents nor trailing zeros are lost; not sortable."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        """Write every digit."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Decimal | None:
        """Read every digit."""
        return None if value is None else Decimal(value)


class Json(sa.TypeDecorator[Mapping[str, Any]]):
    """A JSON object as text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: sa.Dialect) -> str | None:
        """Write compact JSON."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> dict[str, Any] | None:
        """Read a dict."""
        return None if value is None else msgspec.json.decode(value, type=dict[str, Any])
