"""A file of alert rules, and rules that a test names itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.rules import EVERY_PROJECT, AlertRule, EscalationStep
from dgbot.domain.alerting.scene import REPEATS
from dgbot.domain.alerting.schedules import Schedule
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.services.rules import rule_id
from dgbot.services.schedules import next_due


class RulesError(Exception):
    """Rules that can't be read; *loc* leads to the place, and the message is a sentence without it."""

    def __init__(self, loc: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.loc = loc


def span(value: object) -> object:
    """Read ``15m`` as a duration; ``0m`` is none at all."""
    if isinstance(value, timedelta) or not isinstance(value, str | int):
        return value
    if str(value).strip() in {"0", "0m", "0h", "0d"}:
        return timedelta()
    try:
        return read_duration(str(value))
    except Unfit as unfit:
        raise ValueError(f"{str(value)[:40]!r} {unfit.clause}") from None


def _pause(value: object) -> object:
    return None if value == "never" else span(value)


def _share(value: object) -> object:
    """Read ``10%`` as 0.1, and a bare number as an amount."""
    if isinstance(value, str) and value.endswith("%"):
        return ("%", value[:-1])
    return ("", value)


Span = Annotated[timedelta, BeforeValidator(span)]
LARGEST = 10**12
Amount = Annotated[Decimal, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Step(_Section):
    after: Span
    channel: str


class RuleEntry(_Section):
    """One ``[[rule]]``."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: Annotated[str, Field(min_length=1)]
    channel: Annotated[str, Field(min_length=1)]
    project: str = EVERY_PROJECT
    below: dict[Severity, Amount] | None = None
    above: dict[Severity, Amount] | None = None
    unit: str = "usd"
    hysteresis: Annotated[tuple[str, Annotated[Decimal, Field(ge=0, le=LARGEST)]], BeforeValidator(_share)] = (
        "%",
        Decimal(10),
    )
    hold: Span = Field(default=timedelta(), alias="for")
    for_evaluations: Annotated[int, Field(ge=1)] = 1
    every: Span = timedelta(minutes=15)
    cron: str = ""
    zone: str = "UTC"
    keep_firing: Span = timedelta()
    repeat: dict[Severity, Annotated[timedelta | None, BeforeValidator(_pause)]] = {}
    escalate: tuple[_Step, ...] = ()
    through_quiet_hours: bool = False
    no_data_after: Span | None = None
    labels: dict[str, str] = {}
    mentions: dict[Severity, str] = {}
    runbook: str = ""
    message: str = ""

    @model_validator(mode="after")
    def _one_side(self) -> RuleEntry:
        if (not self.below) == (not self.above):
            raise ValueError("give either below or above, such as below = { warning = 50, critical = 10 }")
        return self

    def rule(self) -> AlertRule:
        """Return it as a rule; raises ValueError for levels that are out of order."""
        side, lines = (Side.BELOW, self.below) if self.below else (Side.ABOVE, self.above or {})
        ranked = sorted(lines.items(), key=lambda item: list(Severity).index(item[0]))
        hold = Hold(self.hold, self.for_evaluations)
        schedule = Schedule(self.every, self.cron, self.zone)
        next_due(schedule, datetime(2026, 1, 1, tzinfo=UTC))
        return AlertRule(
            id=rule_id(self.project, self.name),
            name=self.name,
            check=self.kind,
            project_id=self.project,
            channel_id=self.channel,
            ladder=Ladder(side, tuple(Level(s, line, self._clear(line, side), hold) for s, line in ranked)),
            schedule=schedule,
            origin="file",
            created_by="dgbot",
            unit=self.unit,
            labels=self.labels,
            keep_firing=self.keep_firing,
            no_data_after=self.no_data_after,
            repeat={**REPEATS, **self.repeat},
            escalation=tuple(EscalationStep(one.after, one.channel) for one in self.escalate),
            through_quiet_hours=self.through_quiet_hours,
            mentions=self.mentions,
            runbook=self.runbook,
            message=self.message,
        )

    def _clear(self, line: Decimal, side: Side) -> Decimal:
        kind, size = self.hysteresis
        away = abs(line) * size / 100 if kind else size
        return line + away if side is Side.BELOW else line - away


def rules_of(entries: Sequence[Mapping[str, Any]]) -> tuple[AlertRule, ...]:
    """Return *entries* as rules, or raise RulesError for the first that is none."""
    rules = list[AlertRule]()
    for index, entry in enumerate(entries):
        try:
            rule = RuleEntry.model_validate(entry).rule()
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise RulesError((index, *first["loc"]), sentence(first)) from None
        except ValueError as error:
            raise RulesError((index,), str(error)) from None
        if rule.name in {other.name for other in rules}:
            raise RulesError((index, "name"), f"There are two rules {rule.name}; give each a name of its own.")
        rules.append(rule)
    return tuple(rules)


def load_rules(path: Path) -> tuple[AlertRule, ...]:
    """Return the rules of a TOML file, or raise RulesError, whose message names the file."""
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise RulesError((), f"{path} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError((), f"{path} is no TOML: {error}.") from None
    entries = found.get("rule", [])
    if not isinstance(entries, list) or not entries:
        raise RulesError((), f"{path} has no rules; begin each with [[rule]].")
    try:
        return rules_of(entries)
    except RulesError as error:
        raise RulesError((), f"{path}{_line(text, error.loc)}: {error}") from None


def sentence(detail: Any) -> str:
    """Return one of pydantic's complaints as a sentence that names what stands there."""
    where = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        return f"{where} is no word that fits here."
    if detail["type"] == "missing":
        return f"{where} is missing."
    return f"{where}: {message}." if where else f"{message}."


def _line(text: str, loc: tuple[str | int, ...]) -> str:
    """Return ``:12``, where the rule that *loc* leads to begins, or its key if that stands on a line of its own."""
    index = next((part for part in loc if isinstance(part, int)), None)
    if index is None:
        return ""
    lines = text.splitlines()
    begins = [number for number, line in enumerate(lines) if line.strip().startswith("[[rule]]")]
    if index >= len(begins):
        return ""
    end = begins[index + 1] if index + 1 < len(begins) else len(lines)
    keys = [part for part in loc if isinstance(part, str)]
    for number in range(begins[index], end):
        if keys and lines[number].split("=")[0].strip() == keys[0]:
            return f":{number + 1}"
    return f":{begins[index] + 1}"
