"""What the operators are told of the keys, as notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.key_reports import KeyReport, Reported
from dgbot.services.facts import facts_of


def report_notice(
    step: Reported, channel_id: str, project_name: str, at: datetime, *, keys: int, notes: Sequence[str]
) -> Notice:
    """What deserves a look among so many *keys*: a message of its own, or an edit of the latest if nothing is fresh."""
    report, fresh = step.report, {one.identity for one in step.fresh}
    findings = [(one, one.identity in fresh) for one in report.findings]
    return Notice(
        key=f"{_about(report)}:{report.revision}",
        kind=NoticeKind.KEYS,
        target=channel_id,
        facts=facts_of(project_name=project_name, at=at, findings=findings, keys=keys, notes=notes),
        about=_about(report),
    )


def closed_report_notice(report: KeyReport, channel_id: str, project_name: str, at: datetime) -> Notice:
    """An edit of the last *report*: another one has taken its place."""
    return Notice(
        key=f"{_about(report)}:closed",
        kind=NoticeKind.KEYS_CLOSED,
        target=channel_id,
        facts=facts_of(project_name=project_name, at=at),
        about=_about(report),
    )


def blind_keys_notice(
    report: KeyReport, channel_id: str, project_name: str, since: datetime | None, at: datetime, reason: str
) -> Notice:
    """That the keys can't be reviewed *since* then; without a *reason*, that they can be again."""
    about = f"keys-blind:{report.project_id}:{since.isoformat() if since else 'never'}"
    return Notice(
        key=about if reason else f"{about}:over",
        kind=NoticeKind.KEYS_BLIND,
        target=channel_id,
        facts=facts_of(project_name=project_name, since=since, at=at, reason=reason),
        about=about,
    )


def _about(report: KeyReport) -> str:
    return f"keys:{report.project_id}:{report.number}"
