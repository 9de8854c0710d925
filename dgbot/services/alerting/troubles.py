"""What keeps the bot from seeing: one message to the operators for each cause, closed when it sees again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance, WhenNoData
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.services.alerting.trouble_words import CLOCK, CLOCK_AHEAD, Blind, over_words, project_of, standing_words
from dgbot.services.facts import facts_of


class Kept(Protocol):
    """What is remembered of troubles, as the store does."""

    async def unwell(self) -> list[Instance]:
        """Return the instances of all rules that are anything but fine."""

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""

    async def troubles(self) -> list[Trouble]:
        """Return what the operators were told."""

    async def open_trouble(self, trouble: Trouble, notice: Notice) -> bool:
        """Keep *trouble*."""

    async def change_trouble(self, before: Trouble, after: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Let *after* take the place of *before*."""

    async def close_trouble(self, trouble: Trouble, notice: Notice, *, now: datetime) -> bool:
        """Forget *trouble*."""


class Troubles:
    """Looks, after a round of evaluations, at all that can't be seen; tells what is new, what changed, what is over.

    The bot has one key, so a cause is one message whatever it keeps from being seen. Projects of which the data begin
    to be missing at once are one message, too. A rule that says so (`WhenNoData.ALERT`) tells its own channels as well.
    """

    def __init__(self, store: Kept, ops_channel_id: str | None) -> None:
        self._store = store
        self._ops_channel_id = ops_channel_id or ""
        self._names: dict[str, str] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        self._gone: set[str] = set()
        self._seen: set[str] = set()
        self._clock: dict[str, Blind] = {}

    def note(self, rule: AlertRule, instance: Instance, *, project: str, reason: str) -> None:
        """Remember what *project* is called, and why nobody knows the value of an instance that was evaluated.

        A project of which nothing was seen, and something is no more, is taken for one that is no more.
        """
        project_id = instance.labels.get("project_id", "")
        self._names[project_id] = project
        if instance.state is not None and instance.state.blind:
            self._reasons[rule.id, project_id] = reason
        elif instance.state is not None:
            (self._gone if instance.state.gone else self._seen).add(project_id)

    def note_clock(self, now: datetime, reason: str, *, was_ahead: bool = False) -> None:
        """Remember that the clock says *now* and said something later; *reason* says what is done about it.

        That it *was_ahead* only one of several bots may notice, for it puts right what shows it.
        """
        self._clock[CLOCK_AHEAD if was_ahead else CLOCK] = Blind(now, reason=reason)

    async def settle(self, now: datetime) -> None:
        """Tell what is new, edit what changed, and close what is over."""
        gone, self._gone, self._seen = self._gone - self._seen, set(), set()
        standing = {one.scope: one for one in await self._store.troubles() if not _noticed_by_another(one, now)}
        if not standing and not self._reasons and not self._clock:
            return
        blind = await self._blind(standing.values())
        if self._ops_channel_id:
            blind |= self._clock
        for scope in standing.keys() & blind.keys():
            blind[scope].since = min(blind[scope].since, standing[scope].since)
        before = [*standing.values()]
        after = [_now(standing.get(scope) or Trouble(scope, one.since, now), one) for scope, one in blind.items()]
        changed = {one.about for one in set(before) ^ set(after)}
        notices = {about: self._notice(about, before, after, blind, gone, now) for about in changed}
        for one in after:
            old = standing.get(one.scope)
            if old is None:
                await self._store.open_trouble(one, notices[one.about])
            elif old != one:
                await self._store.change_trouble(old, one, notices[one.about], now=now)
        for one in before:
            if one.scope not in blind:
                await self._store.close_trouble(one, notices[one.about], now=now)
        self._reasons, self._clock = {}, {}

    async def _blind(self, told: Collection[Trouble]) -> dict[str, Blind]:
        """Return what is not seen now, whenever it was evaluated, by scope."""
        found, rules = dict[str, Blind](), dict[str, AlertRule | None]()
        for one in await self._store.unwell():
            if one.state is None or not one.state.blind:
                continue
            if one.rule_id not in rules:
                rules[one.rule_id] = await self._store.rule(one.rule_id)
            rule, project_id = rules[one.rule_id], one.labels.get("project_id", "")
            for scope in self._scopes(one, one.state, rule, told) if rule is not None else ():
                since = _unseen_since(one.state)
                seen = found.setdefault(scope, Blind(since))
                seen.since = min(seen.since, since)
                seen.projects[project_id] = self._names.get(project_id, project_id)
                seen.rules[one.rule_id] = rule.name if rule is not None else ""
                seen.reason = seen.reason or self._reasons.get((one.rule_id, project_id), "")
        return found

    def _scopes(self, one: Instance, state: AlertState, rule: AlertRule, told: Collection[Trouble]) -> Iterable[str]:
        """Yield what an instance of *rule* that is blind belongs to, as far as anybody is told of it."""
        if state.phase is Phase.ERROR:
            if self._ops_channel_id:
                yield f"error:{state.failing or Cause.API}"
            return
        project_id = one.labels.get("project_id", "")
        if self._ops_channel_id and rule.when_no_data is not WhenNoData.OK:
            yield f"no-data:{project_id}"
        if rule.when_no_data is WhenNoData.ALERT:
            for channel_id in self._hear(one, rule, told):
                if channel_id != self._ops_channel_id:
                    yield f"no-data:{project_id}@{channel_id}"

    def _hear(self, one: Instance, rule: AlertRule, told: Collection[Trouble]) -> Iterable[str]:
        """Return the channels of *rule* that hear of missing data: those that would hear of what is mild.

        Routes may look at the project's name; until that is known after a start, they are those that were *told*.
        """
        project_id = one.labels.get("project_id", "")
        if rule.channel_id or project_id in self._names:
            project, severity = self._names.get(project_id, project_id), rule.ladder[1].severity
            return [to.channel_id for to in hearers(rule, one.labels, project=project, severity=severity)]
        return [to.channel_id for to in told if project_of(to) == project_id and to.channel_id in rule.channels]

    def _notice(
        self,
        about: str,
        before: Iterable[Trouble],
        after: Iterable[Trouble],
        blind: Mapping[str, Blind],
        gone: Set[str],
        now: datetime,
    ) -> Notice:
        """Return the message *about* as it stands *after*; *gone* are projects that are no more."""
        old = [one for one in before if one.about == about]
        left = [one for one in after if one.about == about]
        if left:
            reply = standing_words(left[0], [blind[one.scope] for one in left])
            key = f"{about}:{now.isoformat()}" if old else about
        else:
            ended = [project_of(one) for one in old if one.kind == "no-data" and project_of(one) in gone]
            names = self._named(project_of(one) for one in old if project_of(one) not in ended)
            reply = over_words(old[0], names, now, instead=_instead(old, blind), gone=self._named(ended))
            key = f"{about}:over"
        to = (left or old)[0].channel_id or self._ops_channel_id
        return Notice(key, NoticeKind.OPS, to, facts_of(reply=reply), about=about)

    def _named(self, project_ids: Iterable[str]) -> list[str]:
        return sorted(self._names.get(one, one) for one in project_ids)


def _noticed_by_another(trouble: Trouble, now: datetime) -> bool:
    """Whether it was told just now, maybe by a bot that put right what we would have noticed: it is not over yet."""
    return trouble.scope == CLOCK_AHEAD and trouble.opened_at >= now


def _unseen_since(state: AlertState) -> datetime:
    """Return since when it is not seen for the reason that holds; as far back as anybody knows."""
    other = state.phase is Phase.ERROR and state.misses  # there was no value before it could not be measured
    return state.evaluated_at if other else state.good_at


def _instead(over: Iterable[Trouble], blind: Mapping[str, Blind]) -> Cause | None:
    """Return why what is *over* still can't be seen, if it can't: for another reason than was told."""
    projects = {project_of(one) for one in over if one.kind == "no-data"}
    for scope, one in blind.items():
        kind, _, cause = scope.partition(":")
        if kind == "error" and (not projects or projects & one.projects.keys()):
            return Cause(cause)
    return None


def _now(trouble: Trouble, blind: Blind) -> Trouble:
    return replace(trouble, projects=len(blind.projects), rules=len(blind.rules))
