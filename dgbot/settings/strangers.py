"""Routes that look for what no rule of their file has: a slip of the pen leads alerts elsewhere without a word."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dgbot.domain.alerting.labels import Matcher
from dgbot.domain.alerting.routes import Route

NEAR = 0.7
"""From which likeness on a label is taken for another one: what is watched may have labels that no file names."""

OF_ALL = ("project", "project_id", "kind", "rule", "severity")
"""Labels that every alert has."""


def strange(routes: Sequence[tuple[int, Route]], rules: object) -> Iterator[tuple[int, str]]:
    """Yield the number of each of the numbered *routes* with a matcher that fits none of *rules*, and a sentence on it.

    *rules* are the tables of the file as they are written, those that do not fit among them.
    """
    known = _known([one for one in rules if isinstance(one, dict)] if isinstance(rules, list) else [])
    for number, route in routes:
        for matcher in route.matchers:
            if told := known.about(matcher):
                yield number, told


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rules of a file have: names and kinds, and labels of their own."""

    values: dict[str, list[str]]
    labels: list[str]

    def about(self, matcher: Matcher) -> str:
        """Return what is wrong with *matcher*; empty if it may fit."""
        if (values := self.values.get(matcher.label)) is not None:
            negates = matcher.kind == "!~"
            found = any(matcher.fits({matcher.label: one}) is (matcher.kind != "!=") for one in values)
            if found or negates:
                return ""
            return f"match: no rule here has the {matcher.label} {matcher.value!r}; {_meant(matcher.value, values)}"
        near = difflib.get_close_matches(matcher.label, [*OF_ALL, *self.labels], n=1, cutoff=NEAR)
        if not near or near[0] == matcher.label:
            return ""
        return f"match: no rule here has a label {matcher.label}; did you mean {near[0]}?"


def _known(rules: list[dict[str, Any]]) -> _Known:
    columns = {"kind": "kind", "rule": "name"}
    values = {
        label: sorted({one[column] for one in rules if isinstance(one.get(column), str)})
        for label, column in columns.items()
    }
    labels = set[str]()
    for one in rules:
        overrides = one.get("override")
        parts = [one, *(overrides.values() if isinstance(overrides, dict) else ())]
        for part in parts:
            own = part.get("labels") if isinstance(part, dict) else None
            labels |= set(own) if isinstance(own, dict) else set()
    return _Known(values, sorted(labels))


def _meant(value: str, values: list[str]) -> str:
    near = difflib.get_close_matches(value, values, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(values) or 'none'}."
