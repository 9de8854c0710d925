"""Rules for the terminal: those of a rules file, and those that a test names itself."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from dgbot.domain.alerting.routes import OPERATORS
from dgbot.domain.alerting.rules import EVERY_PROJECT, AlertRule
from dgbot.plugin.check import Check
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.rules import rule_id
from dgbot.settings.rules_file import read_rules, specs_of

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
USUAL_PAUSE = timedelta(minutes=15)


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


Span = Annotated[timedelta, BeforeValidator(span)]


def rules_of(entries: Sequence[Mapping[str, Any]], checks: Mapping[str, Check]) -> tuple[AlertRule, ...]:
    """Return *entries* as rules, or raise RulesError for the first that is none."""
    rules = list[AlertRule]()
    for index, entry in enumerate(entries):
        specs, wrong = specs_of(_numbered(entry), checks)
        for place, message in wrong:
            raise RulesError((index, *place), message)
        if any(spec.name == rule.name for spec in specs for rule in rules):
            raise RulesError((index, "name"), f"There are two rules {specs[0].name}; give each a name of its own.")
        rules += [_rule(spec) for spec in specs]
    return tuple(rules)


def _numbered(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return *entry* with an amount for a number in ``hysteresis``: a test file has nothing but texts."""
    away = entry.get("hysteresis")
    bare = isinstance(away, str) and _NUMBER.fullmatch(away.strip())
    return {**entry, "hysteresis": Decimal(away)} if bare else dict(entry)  # type: ignore[arg-type]


def load_rules(path: Path, checks: Mapping[str, Check]) -> tuple[AlertRule, ...]:
    """Return the rules of a TOML file, or raise RulesError, whose message names the file and the line."""
    read = read_rules(path, checks)
    for problem in read.problems:
        raise RulesError((), f"{path}:{problem.line}: {problem.sentence}")
    if not read.specs:
        raise RulesError((), f"{path} has no rules; begin each with [[rule]].")
    return tuple(_rule(spec) for spec in read.specs)


def with_operators(rule: AlertRule, channel: str) -> AlertRule:
    """Return *rule* with *channel* as the one of the operators."""
    if channel == OPERATORS:
        return rule
    named = (replace(one, channel_id=channel) if one.channel_id == OPERATORS else one for one in rule.routes)
    return replace(rule, routes=tuple(named))


def _rule(spec: RuleSpec) -> AlertRule:
    where = spec.project or EVERY_PROJECT
    return spec.routed(OPERATORS).rule(id=rule_id(where, spec.name), project_id=where, every=USUAL_PAUSE)


_SHAPES = {list: "list", dict: "mapping", type(None): "blank"}
_FITS = {
    "tests": "- {name: ..., start: ..., series: [...], expect: [...]}",
    "series": "- {kind: balance, values: 60 40}",
    "expect": "- {at: 15m, posts: [open fired]}",
    "people": "- {at: 30m, carol: acknowledge}",
    "weekdays": "mon, tue",
    "name": "it falls, and is topped up",
}


def sentence(detail: Any, given: Sequence[Any] = ()) -> str:
    """Return one of pydantic's complaints as a sentence that names what stands there.

    *given* are all of them: a word that nobody knows explains what is missing beside it.
    """
    parts = [str(part) for part in detail["loc"] if isinstance(part, str)]
    where, message = ".".join(parts), str(detail["msg"]).removeprefix("Value error, ").rstrip(".")
    if detail["type"] == "extra_forbidden":
        return f"{where} is no word that fits here."
    if detail["type"] == "missing":
        loc = detail["loc"]
        beside = [one["loc"][-1] for one in given if one["type"] == "extra_forbidden" and one["loc"][:-1] == loc[:-1]]
        near = difflib.get_close_matches(parts[-1], [str(one) for one in beside], n=1)
        return (
            f"{where} is missing, and {near[0]} is no word that fits here; did you mean {parts[-1]}?"
            if near
            else f"{where} is missing."
        )
    if detail["type"] in {"too_short", "string_too_short"}:
        return f"{where} is empty; {_FITS.get(parts[-1], 'something')} would fit."
    if detail["type"] in {"tuple_type", "list_type"}:
        return f"{where} is no list; {_FITS.get(parts[-1], 'one')} would fit."
    if detail["type"] in {"dict_type", "model_type"}:
        return f"{where or 'The file'} is a {_SHAPES.get(type(detail['input']), 'text')}; a mapping would fit."
    if detail["type"].startswith("time_delta"):
        return f"{where}: {str(detail['input'])[:40]!r} is not a duration such as 30m, 12h or 7d."
    if detail["type"] == "string_type":
        return f"{where} is a {_SHAPES.get(type(detail['input']), 'value')}; a text would fit."
    if detail["type"] in {"enum", "literal_error"}:
        return f"{where}: {str(detail['input'])[:40]!r} does not fit; {message.removeprefix('Input should be ')} would."
    return f"{where}: {message}." if where else f"{message}."
