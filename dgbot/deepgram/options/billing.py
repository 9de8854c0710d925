"""Which spending to split, and how."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.dates import Moment
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_choice, check_days, check_filled, check_texts

BILLING_DEPLOYMENTS = ("hosted", "beta", "self-hosted", "dedicated")
BILLING_GROUPINGS = ("accessor", "deployment", "line_item", "tags")


@dataclass(frozen=True, kw_only=True)
class BillingBreakdownOptions(Options):
    """Which spending to split: UTC days, filters, and the properties to group by, besides the day."""

    start: Moment | None = None
    end: Moment | None = None
    accessor: str | None = None
    deployment: str | None = None
    tag: str | None = None
    line_item: str | None = None
    grouping: str | list[str] | None = None

    def __post_init__(self) -> None:
        check_days(self.start, self.end)
        for name in ("accessor", "tag", "line_item"):
            check_filled(name, getattr(self, name))
        if self.deployment is not None:
            check_choice("deployment", self.deployment, BILLING_DEPLOYMENTS)
        if not isinstance(self.grouping, str):
            check_texts("grouping", self.grouping)
        for name in self.groupings:
            check_choice("grouping", name, BILLING_GROUPINGS)

    @property
    def groupings(self) -> list[str]:
        """The properties to group by, however many."""
        return [self.grouping] if isinstance(self.grouping, str) else list(self.grouping or ())
