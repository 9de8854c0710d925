"""From the clock's tick to at most one message: due rules -> sample -> step -> state and notice in one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.alerts import AlertRule, AlertState, Failure, Outcome, step
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.ports import Clock, Store
from dgbot.plugin.check import Check, SampleContext
from dgbot.plugin.context import Project
from dgbot.plugin.errors import CannotMeasure
from dgbot.services.foreign import Hung, contained
from dgbot.services.notices import alert_notice, blind_about, blind_notice

log = structlog.get_logger(__name__)

CHECK_SECONDS = 90

MakeSampleContext = Callable[[], Awaitable[SampleContext]]


class Monitor:
    """Evaluates rules when they are due, and speaks up when a state changes."""

    def __init__(
        self,
        store: Store,
        checks: Mapping[str, Check],
        clock: Clock,
        *,
        context: MakeSampleContext,
        wake_outbox: Callable[[], None],
        ops_channel_id: str | None = None,
    ) -> None:
        self._store = store
        self._checks = checks
        self._clock = clock
        self._context = context
        self._wake_outbox = wake_outbox
        self._ops_channel_id = ops_channel_id
        self.last_good_at: datetime | None = None

    async def adopt(self, project_id: str, declared: Iterable[AlertRule]) -> None:
        """Make the project's rules that nobody typed those *declared*; what did not change keeps its state."""
        now = self._clock.now()
        wanted = {rule.id: rule for rule in declared}
        standing = {rule.id: rule for rule in await self._store.rules(project_id) if rule.origin != "slack"}
        for gone in standing.keys() - wanted.keys():
            await self._store.remove_rule(gone, audit=_by_bot(now, "rule.remove", gone))
        for rule in wanted.values():
            if standing.get(rule.id) != rule:
                await self._store.put_rule(rule, audit=_by_bot(now, "rule.put", rule.id))

    async def run_due(self) -> None:
        """Evaluate every rule that is due, measuring once for rules that watch the same."""
        now = self._clock.now()
        due = sorted(await self._store.due_rules(now), key=lambda pair: _watched(pair[0]))
        for _, together in groupby(due, key=lambda pair: _watched(pair[0])):
            pairs = list(together)
            outcome, project = await self._measure(pairs[0][0])
            told = await self._sight(pairs, outcome, project, now)
            for rule, state in pairs:
                await self._evaluate(rule, state, outcome, project, now, told)
                told = []

    async def _measure(self, rule: AlertRule) -> tuple[Outcome, Project]:
        context = await self._context()
        check = self._checks.get(rule.check)
        if check is None:
            return Failure(f"No plugin provides the check {rule.check} any more."), context.project
        try:
            sample = await contained(check.sample(context, rule.params), seconds=CHECK_SECONDS)
            if not sample.value.is_finite():
                return Failure(f"The check {rule.check} measured {sample.value}, which is no amount."), context.project
        except (DeepgramError, CannotMeasure) as error:
            return Failure(str(error)), context.project
        except Hung as error:
            return Failure(f"The check {rule.check} was stopped. {error}"), context.project
        except Exception as error:  # a plugin's bug must not silence other plugins' checks
            log.exception("check failed", check=rule.check)
            return Failure(f"The check {rule.check} broke ({type(error).__name__})."), context.project
        return sample, context.project

    async def _sight(
        self, pairs: Sequence[tuple[AlertRule, AlertState]], outcome: Outcome, project: Project, now: datetime
    ) -> list[Notice]:
        """Return what the operators hear: once that a check is blind for two evaluations, once that it sees again."""
        if self._ops_channel_id is None:
            return []
        rule = pairs[0][0]
        good = max((state.last_good_at for _, state in pairs if state.last_good_at is not None), default=None)
        reason = outcome.reason if isinstance(outcome, Failure) else ""
        if reason:
            is_news = now - good >= 2 * rule.every if good else any(state.revision for _, state in pairs)
        else:
            is_news = await self._store.standing(blind_about(rule, good)) is not None
        told = blind_notice(rule, self._ops_channel_id, project_name=project.name, since=good, at=now, reason=reason)
        return [told] if is_news else []

    async def _evaluate(
        self,
        rule: AlertRule,
        state: AlertState,
        outcome: Outcome,
        project: Project,
        now: datetime,
        told: Sequence[Notice] = (),
    ) -> None:
        after = step(state, outcome, now, rule)
        if isinstance(outcome, Failure):
            log.warning("check could not measure", rule=rule.id, check=rule.check, reason=outcome.reason)
        else:
            self.last_good_at = now
        notices = list(told)
        audit: list[AuditEvent] = []
        if after.transition is not None:
            notices.append(alert_notice(rule, after.transition, project_name=project.name, at=now))
            audit.append(_by_bot(now, f"incident.{after.transition.change}", after.transition.incident.id))
        saved = await self._store.evaluated(
            state,
            dataclasses.replace(after.state, revision=state.revision + 1),
            next_due=now + rule.every,
            notices=notices,
            audit=audit,
        )
        if saved and notices:
            self._wake_outbox()


def _watched(rule: AlertRule) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return rule.project_id, rule.check, tuple(sorted(rule.params.items()))


def _by_bot(now: datetime, action: str, subject: str) -> AuditEvent:
    return AuditEvent(now, "dgbot", action, subject, "done")
