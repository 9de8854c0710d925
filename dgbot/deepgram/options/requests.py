"""Which single requests to list."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.dates import Moment
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_choice, check_filled, check_instants, check_number
from dgbot.deepgram.options.filters import DEPLOYMENTS, ENDPOINTS, METHODS

STATUSES = ("succeeded", "failed")


@dataclass(frozen=True, kw_only=True)
class UsageRequestOptions(Options):
    """Which requests of the last 90 days to list: from *start* to *end*, filtered, *limit* a page, *page* from 0.

    A day stands for its first moment, 00:00 UTC. *limit* is 1 to 1000; Deepgram's default is 10.
    """

    start: Moment | None = None
    end: Moment | None = None
    limit: int | None = None
    status: str | None = None
    page: int | None = None
    accessor: str | None = None
    request_id: str | None = None
    deployment: str | None = None
    endpoint: str | None = None
    method: str | None = None

    def __post_init__(self) -> None:
        check_instants(self.start, self.end)
        check_number("limit", self.limit, 1, 1000)
        check_number("page", self.page, 0)
        check_filled("accessor", self.accessor)
        check_filled("request_id", self.request_id)
        for name, choices in _CHOICES.items():
            if getattr(self, name) is not None:
                check_choice(name, getattr(self, name), choices)


_CHOICES = {"status": STATUSES, "deployment": DEPLOYMENTS, "endpoint": ENDPOINTS, "method": METHODS}
