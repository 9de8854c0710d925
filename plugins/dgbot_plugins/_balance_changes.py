"""What becomes of a balance alert that is made otherwise: what was typed changes, all else stays, and both are said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from dgbot import (
    AlertRule,
    AlertState,
    Channel,
    Context,
    Hold,
    Level,
    Line,
    Note,
    Piece,
    RuleSpec,
    Severity,
    Side,
    UsageError,
    cleared,
)
from dgbot_plugins._balance_rules import WORST, facts_of, find, own, worded
from dgbot_plugins._balances import dollars
from dgbot_plugins._standing import standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be otherwise; None leaves it as it is, and an empty text takes it back.

    *hold* is for how long the balance has to be low, *mention* whom a critical one calls, *mention_early* a warning.
    """

    below: Decimal | None = None
    critical: Decimal | None = None
    channel: Channel | None = None
    every: timedelta | None = None
    hold: timedelta | None = None
    message: str | None = None
    runbook: str | None = None
    mention: str | None = None
    mention_early: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether all stays as it is."""
        return self == Change()

    def of(self, rule: AlertRule) -> RuleSpec:
        """Return *rule* so changed."""
        spec = RuleSpec.of(rule)
        return replace(
            spec,
            levels=self._levels(rule),
            channel_id=self.channel.id if self.channel else spec.channel_id,
            every=self.every or spec.every,
            message=spec.message if self.message is None else self.message,
            runbook=spec.runbook if self.runbook is None else self.runbook,
            mentions=self._mentions(rule),
        )

    def _levels(self, rule: AlertRule) -> tuple[Level, ...]:
        if self.below is None and self.critical is None and self.hold is None:
            return rule.ladder.levels
        first, last = rule.ladder.levels[0], rule.ladder.levels[-1]
        mild = first.threshold if self.below is None else self.below
        hold = first.hold if self.hold is None else Hold(self.hold)
        worst = self._worst(mild, first, last)
        if worst >= mild:
            line = dollars(mild)
            raise UsageError(
                f"critical: {dollars(worst)} is not below {line}, where it becomes a warning; write less than {line}, "
                "or move that line with --below."
            )
        return (
            cleared(Severity.WARNING, mild, Side.BELOW, hold),
            cleared(Severity.CRITICAL, worst, Side.BELOW, hold),
        )

    def _worst(self, mild: Decimal, first: Level, last: Level) -> Decimal:
        """Return the critical line: one that somebody chose stays, if it still is the lower one."""
        if self.critical is not None:
            return self.critical
        chosen = last.threshold * WORST != first.threshold
        return last.threshold if chosen and last.threshold < mild else mild / WORST

    def _mentions(self, rule: AlertRule) -> dict[Severity, str]:
        given = {Severity.CRITICAL: self.mention, Severity.WARNING: self.mention_early}
        said = {level: calls for level, calls in given.items() if calls is not None}
        return {level: calls for level, calls in {**rule.mentions, **said}.items() if calls}


@dataclass(frozen=True, slots=True)
class Changed:
    """The rule *before* and *after* a change, in small *notes* what is otherwise, and what that did to what fired."""

    before: AlertRule
    after: AlertRule
    notes: tuple[Note, ...]


async def changed(ctx: Context, before: AlertRule, change: Change) -> Changed:
    """Change the rule, anew if somebody else does so meanwhile; raises UsageError for what does not fit."""
    own(before)
    fired = [state for state in await ctx.rules.standing(before.name) if state.fires]
    try:
        after = await ctx.rules.put(change.of(before), before=before)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if after is None:
        return await changed(ctx, await find(ctx, before.name), change)
    notes = [Note(line) for line in _differences(facts_of(ctx, before), facts_of(ctx, after))]
    notes += _consequences(after, fired, await ctx.rules.standing(after.name))
    return Changed(before, after, tuple(notes) or (Note("It was so before; nothing is otherwise."),))


def _differences(before: Mapping[str, Line], after: Mapping[str, Line]) -> Iterator[Line]:
    for name, line in after.items():
        if before[name] != line:
            yield (f"{name}: ", *_pieces(before[name]), " → ", *_pieces(line))


def _consequences(after: AlertRule, fired: Sequence[AlertState], states: Sequence[AlertState]) -> Iterator[Note]:
    """Say that an alert was closed by the change."""
    if after.paused_by:
        yield Note(f"It is still paused: /deepgram balance-alert resume {after.name}")
    if fired and not any(state.fires for state in states):
        now = standing_of(after, states, worded).says if any(state.breaches for state in states) else ()
        yield Note(("What fired is closed", *(("; now ", *now) if now else ())))


def _pieces(line: Line) -> tuple[Piece, ...]:
    return (line,) if isinstance(line, str) else line
