"""Rules as data: a TOML file of ``[[rule]]`` and ``[[route]]``. What fits is used, the rest told with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dgbot.domain.alerting.routes import Route
from dgbot.plugin.check import Check
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.settings.files import TooLarge, contents
from dgbot.settings.route_entry import RouteEntry, unreachable
from dgbot.settings.rule_drawing import RuleDrawing
from dgbot.settings.rule_entry import RuleEntry
from dgbot.settings.rule_words import place_of, sentence
from dgbot.settings.strangers import strange
from dgbot.settings.toml_lines import TomlLines, in_single_brackets

LONGEST_FILE = 1_000_000
"""Bytes."""

LONGEST_LINE = 20_000
"""Characters: a reader of TOML takes minutes for a name of thousands of parts."""

MOST_RULES, MOST_ROUTES = 2_000, 500
MOST_PROBLEMS = 50
"""Mistakes of one entry that are told."""

_BEGINS = {
    "rule": "A rule begins with [[rule]], in double brackets.",
    "route": "A route begins with [[route]], in double brackets.",
}
EMPTY = "There is no [[rule]] in the file, so every rule stays as it was; to remove all, take out alerts.rules_file."


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """What is wrong on a *line* of a rules file, in a sentence that says what would fit."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class RulesRead:
    """What a rules file says: the rules that fit, with the routes that fit, what is wrong with others, and their names.

    *lines* tell where each rule begins. *readable* is false if nothing can be said about the file at all.
    """

    specs: tuple[RuleSpec, ...]
    problems: tuple[RuleProblem, ...] = ()
    broken: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    readable: bool = True


def read_rules(path: Path, checks: Mapping[str, Check]) -> RulesRead:
    """Return what the file at *path* says about rules on *checks*; never raises."""
    try:
        return rules_in(contents(path, LONGEST_FILE).decode(), checks)
    except TooLarge:
        return _unreadable(f"The file is longer than {LONGEST_FILE:,} bytes.")
    except OSError as error:
        return _unreadable(f"The file can't be read ({error.strerror}).")
    except UnicodeDecodeError:
        return _unreadable("The file can't be read (it is not UTF-8).")


def rules_in(text: str, checks: Mapping[str, Check]) -> RulesRead:
    """Return what *text* says about rules on *checks*."""
    for number, written in enumerate(text.splitlines(), start=1):
        if len(written) > LONGEST_LINE:
            return _unreadable(f"This line has {len(written):,} characters; {LONGEST_LINE:,} fit.", number)
    try:
        tables = tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        return _no_toml(text, error)
    except RecursionError:
        return _unreadable("This is nested too deeply.")
    except ValueError:
        return _unreadable("There is a number in it with thousands of digits.")
    if told := _too_many(tables):
        return _unreadable(told)
    lines = TomlLines(text, "rule")
    problems = [
        RuleProblem(lines.of_table(name), f"There is no {name} in a rules file; {_nearest(name)}")
        for name in sorted(tables.keys() - {"rule", "route"})
    ]
    routes, wrong_routes = _routes(tables.get("route", []), tables.get("rule"), TomlLines(text, "route"))
    problems += wrong_routes
    entries = tables.get("rule", [])
    if not isinstance(entries, list):
        wrong_rules = RuleProblem(lines.of_table("rule"), _BEGINS["rule"])
        return RulesRead((), (*problems, wrong_rules), readable=False)
    if not entries:
        return RulesRead((), tuple(problems) or (RuleProblem(1, EMPTY),), readable=False)
    specs, broken, seen = list[RuleSpec](), set[str](), dict[str, int]()
    for number, table in enumerate(entries):
        name = str(table.get("name", "")) if isinstance(table, dict) else ""
        found, wrong = specs_of(table, checks, routes)
        if name in seen:
            first = lines.of(seen[name])
            wrong.append((("name",), f"There is a rule {name} on line {first} already; give one of them another name."))
        elif name:
            seen[name] = number
        problems += [RuleProblem(lines.of(number, place), told) for place, told in wrong]
        if wrong and name not in {spec.name for spec in specs}:
            broken.add(name)
        specs += found if not wrong else ()
    begins = {name: lines.of(number) for name, number in seen.items()}
    return RulesRead(tuple(specs), tuple(sorted(problems, key=lambda one: one.line)), frozenset(broken), begins)


def _no_toml(text: str, error: tomllib.TOMLDecodeError) -> RulesRead:
    """Say what the parser says, but where ``[rule]`` stands: it names one in double brackets further down."""
    if str(error).startswith("Cannot"):
        singles = [(in_single_brackets(text, array), told) for array, told in _BEGINS.items()]
        if found := tuple(RuleProblem(line, told) for line, told in singles if line):
            return RulesRead((), found, readable=False)
    line = re.search(r"at line (\d+)", str(error))
    return _unreadable(f"This is not TOML: {error}.", int(line[1]) if line else text.count("\n") + 1)


def _routes(entries: object, rules: object, lines: TomlLines) -> tuple[tuple[Route, ...], list[RuleProblem]]:
    """Return the routes that fit, in order, and what is wrong with the others; those of what no rule has stay."""
    if not isinstance(entries, list):
        return (), [RuleProblem(lines.of_table("route"), _BEGINS["route"])]
    found, problems = list[tuple[int, Route]](), list[RuleProblem]()
    for number, table in enumerate(entries):
        try:
            found.append((number, RouteEntry.model_validate(table).route()))
        except ValidationError as error:
            for one in error.errors(include_url=False)[:MOST_PROBLEMS]:
                problems.append(RuleProblem(lines.of(number, place_of(one["loc"])), sentence(one, RouteEntry, "route")))
    for number, hiding in unreachable(found):
        told = f"Nothing takes this route: the one on line {lines.of(hiding)} takes it before; put this one first."
        problems.append(RuleProblem(lines.of(number), told))
    problems += [RuleProblem(lines.of(number, ("match",)), told) for number, told in strange(found, rules)]
    return tuple(route for _, route in found), problems


def specs_of(
    table: object, checks: Mapping[str, Check], routes: tuple[Route, ...] = ()
) -> tuple[list[RuleSpec], list[tuple[tuple[str, ...], str]]]:
    """Return the rules that one ``[[rule]]`` says, and what is wrong with it: a place in it, and a sentence.

    Those without a channel are told along *routes*.
    """
    try:
        entry = RuleEntry.model_validate(table)
    except ValidationError as error:
        details = error.errors(include_url=False)[:MOST_PROBLEMS]
        wrong = list({place_of(one["loc"]): sentence(one) for one in reversed(details)}.items())[::-1]
        return [], wrong + _beside(table, {place[:1] for place, _ in wrong}, checks)
    drawing = RuleDrawing(checks, routes)
    return drawing.specs(entry), drawing.problems


def _beside(
    table: object, wrong: set[tuple[str, ...]], checks: Mapping[str, Check]
) -> list[tuple[tuple[str, ...], str]]:
    """Return what is wrong with the settings that can be read, too: everything is told at once."""
    if not isinstance(table, dict) or ("kind",) in wrong:
        return []
    rest = {name: value for name, value in table.items() if (name,) not in wrong}
    try:
        entry = RuleEntry.model_validate({"name": "a", "channel": "C000", **rest})
    except ValidationError:
        return []
    drawing = RuleDrawing(checks)
    drawing.specs(entry)
    lines_wrong = bool(wrong & {("below",), ("above",)})
    return [(place, told) for place, told in drawing.problems if place or not lines_wrong]


def _too_many(tables: Mapping[str, Any]) -> str:
    """Return what is too much of in *tables*, in a sentence; empty if nothing is."""
    for name, most in (("rule", MOST_RULES), ("route", MOST_ROUTES)):
        entries = tables.get(name, [])
        if isinstance(entries, list) and len(entries) > most:
            return f"There are {len(entries):,} entries [[{name}]]; {most:,} fit. A rule may watch several projects."
    if len(tables) > MOST_PROBLEMS:
        return "This is a list of [[rule]] and of [[route]], and nothing else."
    return ""


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, _BEGINS, n=1)
    return f"did you mean [[{close[0]}]]?" if close else "it is a list of [[rule]] and of [[route]]."


def _number(text: str) -> Any:
    return Decimal(text)


def _unreadable(sentence: str, line: int = 1) -> RulesRead:
    return RulesRead((), (RuleProblem(line, sentence),), readable=False)
