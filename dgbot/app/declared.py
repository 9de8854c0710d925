"""The rules that nobody typed into Slack: those of plugins, of their settings, and of the rules file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.names import one_line
from dgbot.domain.replies import Note, Part, Reply, Text
from dgbot.plugin.check import Check
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.rules import rule_id
from dgbot.services.alerting.schedules import next_due
from dgbot.services.facts import facts_of
from dgbot.settings.rules_file import RuleProblem, RulesRead, read_rules

if TYPE_CHECKING:
    from dgbot.app.parts import Parts

log = structlog.get_logger(__name__)

SHOWN = 10
"""Problems that a message has room for."""


async def adopt_rules(parts: Parts) -> None:
    """Make the rules those that plugins and files declare; what is wrong in a file is logged, and told once."""
    ground = parts.ground
    own, every = ground.settings.deepgram.project, ground.settings.alerts.every
    path = ground.settings.alerts.rules_file
    operators = ground.settings.alerts.channel or ""
    taken = {rule.id for rule in await ground.store.rules(own) if rule.origin == "slack"}
    made = _Made(every, ground.clock.now())
    for spec in ground.plugins.rules:
        source = ground.plugins.declared_in.get(spec.name, spec.origin)
        made.add(spec.routed(operators), _id(own, spec.name, taken), own, source=source)
    read = RulesRead(()) if path is None else _read(path, ground.plugins.checks, operators)
    for spec in read.specs:
        where = spec.project or own
        made.add(spec, rule_id(f"file:{where}", spec.name), where, source=str(path))

    def in_doubt(rule: AlertRule) -> bool:
        return rule.id in made.broken or (rule.origin == "file" and (rule.name in read.broken or not read.readable))

    await parts.rulebook.adopt(await parts.projects.project(), made.rules, in_doubt=in_doubt)
    if path is not None and read.problems:
        stays = (
            "The other rules go on; these are as they were before" if read.readable else "Every rule stays as it was"
        )
        sentences = [f"{path.name}:{problem.line}: {problem.sentence}" for problem in read.problems]
        await _tell(parts, path.name, sentences, stays, f"dgbot alerts check {path.name}")
    if made.broken:
        stays = "The other rules go on; these are as they were before"
        await _tell(parts, "rules of plugins", list(made.broken.values()), stays, "read anew when the bot starts")


class _Made:
    """The rules that were declared, and by their ids what is wrong with those that are none."""

    def __init__(self, every: timedelta, now: datetime) -> None:
        self.rules, self.broken = list[AlertRule](), dict[str, str]()
        self._every = every
        self._now = now

    def add(self, spec: RuleSpec, id: str, project_id: str, *, source: str) -> None:
        """Make a rule of *spec*, which *source* declares; whatever it is, the others go on."""
        try:
            rule = spec.rule(id=id, project_id=project_id, every=self._every)
            next_due(rule.schedule, self._now)
        except Exception as error:
            why = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            log.warning("rule left out", rule=one_line(spec.name), at=source, reason=why)
            self.broken[id] = f"{one_line(spec.name)} ({source}): {why}"
        else:
            self.rules.append(rule)


def _id(project_id: str, name: str, taken: Set[str]) -> str:
    """Return the id of a rule of plugins or their settings; that of a rule which people made stays theirs."""
    usual = rule_id(project_id, name)
    return rule_id(f"declared:{project_id}", name) if usual in taken else usual


def _read(path: Path, checks: Mapping[str, Check], operators: str) -> RulesRead:
    read = _heard(read_rules(path, checks), operators)
    for problem in read.problems:
        log.warning("rule left out", at=f"{path}:{problem.line}", reason=problem.sentence)
    return read


def _heard(read: RulesRead, operators: str) -> RulesRead:
    """Return *read* with the *operators* at the end of all routes; without them, what may be lost is a mistake."""
    if operators:
        return replace(read, specs=tuple(spec.routed(operators) for spec in read.specs))
    lost = {spec.name for spec in read.specs if not spec.channel_id and all(route.matchers for route in spec.routes)}
    problems = [
        RuleProblem(
            read.lines.get(name, 1),
            f"{name} names no channel, and no route takes everything: name one, end the file with a [[route]] "
            "without match, or set alerts.channel.",
        )
        for name in sorted(lost)
    ]
    specs = tuple(spec for spec in read.specs if spec.name not in lost)
    return replace(read, specs=specs, problems=(*read.problems, *problems), broken=read.broken | lost)


async def _tell(parts: Parts, what: str, sentences: Sequence[str], *small: str) -> None:
    """Tell the operators what is wrong with *what*, once as long as it stays the same."""
    ground = parts.ground
    count = len(sentences)
    headline = f"🟡 {what}: 1 mistake" if count == 1 else f"🟡 {what}: {count} mistakes"
    shown: list[Part] = [Text(sentence) for sentence in sentences[:SHOWN]]
    stays, *rest = small
    more = f" · and {count - SHOWN} more" if count > SHOWN else ""
    note = Note(" · ".join((f"{stays}{more}", *rest)))
    key = f"rules-file:{hashlib.sha256(chr(10).join(sentences).encode()).hexdigest()[:16]}"
    reply = Reply(headline, (*shown, note))
    to = ground.settings.alerts.channel
    notices = [] if to is None else [Notice(key, NoticeKind.OPS, to, facts_of(reply=reply))]
    event = AuditEvent(ground.clock.now(), "dgbot", "rules.read", what, "refused", {"mistakes": str(count)})
    await ground.store.audit(event, notices=notices)
