"""Options as a caller might give them, at random, each with what must be sent for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from dgbot.deepgram import (
    BillingBreakdownOptions,
    UsageBreakdownOptions,
    UsageFieldsOptions,
    UsageRequestOptions,
    UsageSummaryOptions,
)
from dgbot.deepgram.options.filters import FEATURES

thorough = settings(max_examples=40)
texts = st.text(st.characters(codec="utf-8"))
words = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)


@dataclass(frozen=True)
class Given:
    """A date as somebody writes it, and the moment that it means."""

    value: date | datetime | str
    utc: datetime

    @property
    def day(self) -> str:
        return f"{self.utc:%Y-%m-%d}"

    @property
    def instant(self) -> str:
        return f"{self.utc:%Y-%m-%dT%H:%M:%S}Z"


@st.composite
def moments(draw: st.DrawFn) -> Given:
    utc = draw(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30))).replace(tzinfo=UTC)  # noqa: DTZ001
    there = utc.astimezone(timezone(timedelta(minutes=draw(st.integers(-14 * 60, 14 * 60)))))
    midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
    return draw(
        st.sampled_from(
            [
                Given(midnight.date(), midnight),
                Given(f"{midnight:%Y-%m-%d}", midnight),
                Given(utc.replace(tzinfo=None), utc),
                Given(utc.replace(tzinfo=None).isoformat(), utc),
                Given(f" {utc:%Y-%m-%dT%H:%M:%S}Z ", utc),
                Given(there, utc),
                Given(there.isoformat(), utc),
            ]
        )
    )


def spans() -> st.SearchStrategy[dict[str, Given]]:
    """A start, an end, both in order, or neither."""

    def named(found: list[Given]) -> st.SearchStrategy[dict[str, Given]]:
        names: list[tuple[str, ...]] = [(), ("start",), ("end",), ("start", "end")]
        in_order = sorted(found, key=lambda one: one.utc)
        fitting = [edges for edges in names if len(edges) == len(found)]
        return st.sampled_from(fitting).map(lambda edges: dict(zip(edges, in_order, strict=True)))

    return st.lists(moments(), max_size=2).flatmap(named)


def chosen_from(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


_WHERE = {
    "deployment": chosen_from("hosted", "beta", "self-hosted"),
    "endpoint": chosen_from("listen", "read", "speak", "agent"),
    "method": chosen_from("sync", "async", "streaming"),
}
_USAGE = {"accessor": words, "tag": words, "model": words, **_WHERE, **dict.fromkeys(FEATURES, st.booleans())}
_SPENDING = ("accessor", "deployment", "line_item", "tags")

FILTERS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    UsageFieldsOptions: {},
    UsageSummaryOptions: _USAGE,
    UsageBreakdownOptions: {
        **_USAGE,
        "grouping": chosen_from("accessor", "endpoint", "feature_set", "models", "method", "tags", "deployment"),
    },
    UsageRequestOptions: {
        "limit": st.integers(1, 1000),
        "page": st.integers(0, 10**6),
        "status": chosen_from("succeeded", "failed"),
        "accessor": words,
        "request_id": words,
        **_WHERE,
    },
    BillingBreakdownOptions: {
        "accessor": words,
        "tag": words,
        "line_item": words,
        "deployment": chosen_from("hosted", "beta", "self-hosted", "dedicated"),
        "grouping": chosen_from(*_SPENDING) | st.lists(chosen_from(*_SPENDING), max_size=4, unique=True),
    },
}


@st.composite
def questions(draw: st.DrawFn, kind: type) -> tuple[dict[str, Any], dict[str, Given]]:
    """Some fields of *kind*, some of them None, and a span of time."""
    filters = draw(st.fixed_dictionaries({}, optional={name: st.none() | some for name, some in FILTERS[kind].items()}))
    return filters, draw(spans())


def wire_form(value: object) -> list[str]:
    """What a query carries for *value*, written down here a second time."""
    if value is None:
        return []
    if isinstance(value, list):
        return [text for item in value for text in wire_form(item)]
    return [{True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)]
