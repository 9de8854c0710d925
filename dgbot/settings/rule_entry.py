"""One ``[[rule]]`` of a rules file: its settings, each with what would fit."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import EscalationStep, WhenNoData
from dgbot.plugin.message_template import check_template
from dgbot.plugin.params import write_duration
from dgbot.settings.amounts import Amount, Quantity, read_quantity
from dgbot.settings.kinds import ChannelId, UserId, as_typed
from dgbot.settings.route_entry import Mentioned, Mentions
from dgbot.settings.strangers import OF_ALL

_NOTHING = (0, "0", "0m", "0h", "0d")
WHOLE = 100
_ADDRESS = re.compile(r"https?://[^\s<>|]{3,500}")
LABEL = r"^[a-z_][a-z0-9_]{0,39}$"


def _with_unit(value: object) -> object:
    """Refuse a bare number: in a rules file nobody can tell whether it is seconds or days."""
    digits = value.strip() if isinstance(value, str) else ""
    if (isinstance(value, int | Decimal) and not isinstance(value, bool)) or (digits.isascii() and digits.isdigit()):
        raise ValueError(f'{value} has no unit; write a duration such as "30m", "12h" or "7d"')
    return as_typed(value)


def _span_or_nothing(value: object) -> object:
    return timedelta() if value in _NOTHING else _with_unit(value)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone such as Europe/Berlin") from None
    return name


def _pause(value: object) -> object:
    return None if value == "never" else value


def _away(value: Any) -> Quantity:
    away = read_quantity(value)
    if away.number < 0:
        raise ValueError(f'{value!r} is less than nothing; write a share such as "10%", or an amount, 0 or more')
    if isinstance(value, str) and not away.unit:
        raise ValueError(f'{value!r} is a share or an amount; write "{away.number}%" or {away.number}')
    if away.unit == "percent" and away.number > WHOLE:
        raise ValueError(f'{value!r} is more than the line itself; write a share up to "100%", or an amount')
    return away


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _runbook(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        fits = "write one that begins with https:// and has no blanks, < or >, such as https://wiki.example.com/balance"
        raise ValueError(f"{text[:60]!r} is no address of a page; {fits}")
    return text


def _message(text: str) -> str:
    check_template(text)
    return text


def _text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("write a text or a number")  # noqa: TRY004  # for pydantic
    return str(value)


def _own(label: str) -> str:
    if label in OF_ALL:
        raise ValueError("every alert has this label from the bot; choose another name, such as team")
    return label


MaybeNothing = Annotated[timedelta, BeforeValidator(_span_or_nothing), Field(ge=timedelta())]
Span = Annotated[timedelta, BeforeValidator(_with_unit), Field(gt=timedelta())]
Pause = Annotated[Span | None, BeforeValidator(_pause)]
Lines = Annotated[list[Amount], BeforeValidator(_several), Field(min_length=1, max_length=20)]
Said = Annotated[str, BeforeValidator(_text), Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


class EscalationEntry(_Part):
    """Who else is told when nobody has acknowledged what is critical *after* so long."""

    after: Span
    channel: ChannelId | None = None
    person: UserId | None = None
    mention: Mentioned | None = None

    @model_validator(mode="after")
    def _somebody(self) -> EscalationEntry:
        if (self.channel is None) is (self.person is None) and (self.channel or not self.mention):
            raise ValueError(
                "name a channel, or a person who gets a direct message, or whom to mention in the alert's own channel"
            )
        return self

    def step(self) -> EscalationStep:
        """Return it as the domain knows it."""
        return EscalationStep(self.after, self.channel or self.person or "", self.mention or "")


def _in_order(steps: list[EscalationEntry]) -> list[EscalationEntry]:
    for before, step in pairwise(steps):
        if step.after < before.after:
            late, early = write_duration(before.after), write_duration(step.after)
            raise ValueError(f"the step after {early} stands behind the one after {late}; write the steps in order")
    return steps


class RuleWords(_Part):
    """What a rule says, and what it may say otherwise for one project."""

    channel: ChannelId | None = None
    below: dict[Severity, Lines] | None = None
    above: dict[Severity, Lines] | None = None
    hysteresis: Annotated[Quantity, BeforeValidator(_away)] | None = None
    hold: Annotated[MaybeNothing | None, Field(alias="for")] = None
    for_evaluations: Annotated[int, Field(ge=1, le=100)] | None = None
    keep_firing: MaybeNothing | None = None
    repeat: dict[Severity, Pause] | None = None
    escalate: Annotated[list[EscalationEntry], AfterValidator(_in_order), Field(max_length=5)] | None = None
    through_quiet_hours: bool | None = None
    labels: dict[Annotated[str, Field(pattern=LABEL), AfterValidator(_own)], Said] | None = None
    mentions: Mentions | None = None
    runbook: Annotated[str, AfterValidator(_runbook)] | None = None
    message: Annotated[str, AfterValidator(_message)] | None = None
    no_data: WhenNoData | None = None
    no_data_after: Span | None = None
    error_after: Annotated[int, Field(ge=1, le=100)] | None = None
    max_age: Span | None = None
    reopen_within: MaybeNothing | None = None
    ack_lasts: Span | None = None
    every: Annotated[Span, Field(ge=timedelta(minutes=1))] | None = None
    cron: str | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    params: dict[Annotated[str, Field(pattern=LABEL)], Said] | None = None


class OverrideEntry(RuleWords):
    """``[rule.override.<project id>]``: what is otherwise in one project; with *off* the rule leaves it alone."""

    off: Literal[True] | None = None


class RuleEntry(RuleWords):
    """``[[rule]]``: what is watched (*kind*), where, and what a rule of that kind would not do by itself."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: str
    project: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    override: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")], OverrideEntry] = {}
