"""Now and then the keys are compared with what was granted, and what is new about that is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.key_reports import KeyReport, News, Reported, first, reviewed
from dgbot.domain.ports import Clock, KeyReportStore
from dgbot.domain.reconciliation import SETTLES, KeyReview
from dgbot.services.keys.endings import KeyEndings
from dgbot.services.keys.notices import blind_keys_notice, closed_report_notice, report_notice
from dgbot.services.keys.reviews import KeyReviews
from dgbot.services.projects import Projects

log = structlog.get_logger(__name__)


class Reconciliation:
    """Reviews the project's keys once in a period, whichever bot comes first, and reports what is new or changed."""

    def __init__(
        self,
        store: KeyReportStore,
        reviews: KeyReviews,
        endings: KeyEndings,
        projects: Projects,
        clock: Clock,
        *,
        every: timedelta,
        channel_id: str | None,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._reviews = reviews
        self._endings = endings
        self._projects = projects
        self._clock = clock
        self._every = every
        self._channel_id = channel_id
        self._wake_outbox = wake_outbox

    async def run_due(self) -> None:
        """Make the review that is due, and leave what it has to say in the outbox; of two bots one speaks."""
        project, now = await self._projects.project(), self._clock.now()
        before = await self._store.key_report(project.id)
        if before is None:
            await self._store.put_key_report(None, first(project.id, now), audit=(), notices=(), now=now)
            return
        if self._is_early(before, now):
            return
        review, reason = await self._review(project.id)
        step = reviewed(before, review, now, self._every)
        told = self._notices(before, step, review, reason, project.name, now)
        if told or step.fresh:
            log.warning("keys reviewed", project=project.id, findings=len(step.report.findings), fresh=len(step.fresh))
        audit = [AuditEvent(now, "dgbot", f"keys.{news}", project.id, _outcome(step)) for news in step.news]
        if not await self._store.put_key_report(before, step.report, audit=audit, notices=told, now=now):
            return
        if told:
            self._wake_outbox()
        if review is not None and review.gone:
            await self._endings.found_gone(review.gone)

    def _is_early(self, report: KeyReport, now: datetime) -> bool:
        """Whether nothing is due; after the clock was set back, or to reviews more often, nothing is waited for."""
        due_at = report.due_at or now
        return due_at - max(self._every, SETTLES) <= now < due_at

    async def _review(self, project_id: str) -> tuple[KeyReview | None, str]:
        try:
            review = await self._reviews.review(project_id)
            reason = review.holes
        except DeepgramError as error:
            review, reason = None, str(error)
        if reason:
            log.warning("keys not reviewed", project=project_id, reason=reason)
        return None if reason else review, reason

    def _notices(
        self, before: KeyReport, step: Reported, review: KeyReview | None, reason: str, name: str, now: datetime
    ) -> Sequence[Notice]:
        if self._channel_id is None:
            return ()
        notices = []
        for news in step.news:
            match news:
                case News.BLIND | News.SEES:
                    since = step.report.failing_since or before.failing_since
                    notices.append(blind_keys_notice(step.report, self._channel_id, name, since, now, reason))
                case News.REPORT | News.UPDATE:
                    notes, keys = (review.notes, len(review.keys)) if review else ((), 0)
                    notices.append(report_notice(step, self._channel_id, name, now, keys=keys, notes=notes))
                    if news is News.REPORT and before.findings:
                        notices.append(closed_report_notice(before, self._channel_id, name, now))
        return notices


def _outcome(step: Reported) -> str:
    return f"{len(step.report.findings)} findings, {len(step.fresh)} new"
