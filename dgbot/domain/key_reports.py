"""When what a review of the keys found is news, and when silence would hide something."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dgbot.domain.reconciliation import SETTLES, Finding, KeyReview

RETRY = timedelta(hours=1)
"""When a review that failed is tried again, unless reviews are made more often anyway."""

BLIND_AFTER = 2
"""Failures in a row before somebody is told."""


class News(StrEnum):
    """What is to be told: a report of its own, an edit of the latest one, or that reviews fail or work again."""

    REPORT = "report"
    UPDATE = "update"
    BLIND = "blind"
    SEES = "sees"


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What is remembered between reviews: what the report of that *number* told, and since when reviews fail."""

    project_id: str
    due_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    number: int = 0
    failing_since: datetime | None = None
    failures: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Reported:
    """The report after a review, what of it must be told, and the findings that are *fresh*."""

    report: KeyReport
    news: tuple[News, ...]
    fresh: tuple[Finding, ...] = ()


def first(project_id: str, now: datetime) -> KeyReport:
    """Return the memory of a project that was never reviewed: the first review comes when the start has settled."""
    return KeyReport(project_id, due_at=now + SETTLES)


def reviewed(before: KeyReport, review: KeyReview | None, now: datetime, every: timedelta) -> Reported:
    """Return what is remembered and told after *review*; None means that it failed, and then every finding stands."""
    if review is None:
        failures, since = before.failures + 1, before.failing_since or now
        after = dataclasses.replace(
            before,
            due_at=now + min(every, RETRY),
            failing_since=since,
            failures=failures,
            revision=before.revision + 1,
        )
        return Reported(after, (News.BLIND,) if failures == BLIND_AFTER else ())
    kept = [one for one in before.findings if (one.concern, one.key_id) in review.unsure]
    found = (*review.findings, *kept)
    known = {one.identity for one in before.findings}
    fresh = tuple(one for one in review.findings if one.identity not in known)
    sees = (News.SEES,) if before.failures >= BLIND_AFTER else ()
    if fresh:
        news: tuple[News, ...] = (*sees, News.REPORT)
    else:
        news = (*sees, News.UPDATE) if {one.identity for one in found} != known else sees
    after = dataclasses.replace(
        before,
        due_at=now + every,
        findings=found,
        number=before.number + bool(fresh),
        failing_since=None,
        failures=0,
        revision=before.revision + 1,
    )
    return Reported(after, news, fresh)
