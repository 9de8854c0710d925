"""What rules would have posted, had they watched a past that is known: by the same checks as today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.ports import Clock
from dgbot.plugin.check import Check, SampleContext
from dgbot.plugin.context import Project
from dgbot.services.alerting.measuring import Measuring, Readings, Watched
from dgbot.services.alerting.rehearsal.past import NotKept, Past, PastAccount
from dgbot.services.alerting.rehearsal.performance import Performance
from dgbot.services.alerting.rehearsal.script import Script
from dgbot.services.alerting.rehearsal.stage import Hand, play


async def backtest(
    rules: Sequence[AlertRule], past: Past, *, zone: ZoneInfo, checks: Mapping[str, Check]
) -> Performance:
    """Return what *rules* would have led to through all of *past*, whichever project they name.

    It is the only one of which something is known; what a rule says otherwise for other projects is no rule of it.
    """
    project = past.project
    mine = tuple(replace(rule, project_id=project.id, apart_from=()) for rule in concerned(rules, project))
    end = past.until + timedelta(microseconds=1)  # the latest reading is played, too
    span = end - past.begins
    script = Script(past.begins, span, zone, mine, (), checks=dict(checks), until=end, projects=(project,))
    return await play(script, lambda clock: _Looking(past, clock, checks))


def concerned(rules: Sequence[AlertRule], project: Project) -> list[AlertRule]:
    """Return *rules* without those that leave *project* alone, and without what they say otherwise for other ones."""
    otherwise = {(rule.name, project_id) for rule in rules for project_id in rule.apart_from}
    return [
        rule
        for rule in rules
        if project.id not in rule.apart_from
        and ((rule.name, rule.project_id) not in otherwise or rule.project_id == project.id)
    ]


async def can_be_played(rule: AlertRule, past: Past, checks: Mapping[str, Check]) -> bool:
    """Whether the check of *rule* asks for nothing but what is known of *past*."""
    check = checks.get(rule.check)
    if check is None:
        return False
    clock = Hand(past.until)
    try:
        await check.sample(_context(past, clock), dict(rule.params))
    except NotKept:
        return False
    except Exception:  # it asked for what is known, and there was no value at that moment
        return True
    return True


class _Looking(Measuring):
    """Runs checks on a past; what they would add to a message is nobody's business here."""

    def __init__(self, past: Past, clock: Clock, checks: Mapping[str, Check]) -> None:
        async def context(project_id: str) -> SampleContext:
            return _context(past, clock)

        super().__init__(checks, context)

    async def read(self, watched: Watched, now: datetime) -> Readings:
        """Return what the check would have found."""
        found = await super().read(watched, now)
        known = {mark: replace(one, explain=None) for mark, one in found.by_fingerprint.items()}
        return replace(found, by_fingerprint=known, kept=())


def _context(past: Past, clock: Clock) -> SampleContext:
    account = PastAccount(past, clock)
    return SampleContext(past.project, account.client, clock, account.recall)
