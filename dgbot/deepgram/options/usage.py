"""Which usage to sum up, and how to split it."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.dates import Moment
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_choice, check_days
from dgbot.deepgram.options.filters import UsageFilters

USAGE_GROUPINGS = ("accessor", "endpoint", "feature_set", "models", "method", "tags", "deployment")


@dataclass(frozen=True, kw_only=True)
class UsageSummaryOptions(UsageFilters):
    """Which usage to sum up: UTC days *start* to *end*, both included, and filters.

    The flags name features: several True ones mean "any of these", False ones "none of these".
    """


@dataclass(frozen=True, kw_only=True)
class UsageBreakdownOptions(UsageFilters):
    """Which usage to split: the filters of a summary, and the one property to group by, besides the day."""

    grouping: str | None = None

    def __post_init__(self) -> None:
        UsageFilters.__post_init__(self)
        if self.grouping is not None:
            check_choice("grouping", self.grouping, USAGE_GROUPINGS)


@dataclass(frozen=True, kw_only=True)
class UsageFieldsOptions(Options):
    """The UTC days, both included, whose usage the fields describe."""

    start: Moment | None = None
    end: Moment | None = None

    def __post_init__(self) -> None:
        check_days(self.start, self.end)
