"""The words that people give a rule, with blanks that an alert fills in: nothing that loops, calls or reckons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a bot without a template of its own never loads Jinja
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEMPLATE = 500
LONGEST_MESSAGE = 1000
"""Characters; what a template makes beyond that is cut off."""

VARIABLES = ("value", "threshold", "project", "rule", "since", "labels")
FILTERS = ("default", "lower", "title", "trim", "upper")

_FITS = (
    *("Template", "Output", "TemplateData", "Name", "Getattr", "Getitem", "Const", "If", "CondExpr"),
    *("Compare", "Operand", "And", "Or", "Not", "Concat", "Filter"),
)
_REFUSED = {"For": "a loop", "Call": "a call", "Macro": "a macro", "Include": "another template", "Import": "an import"}


class BadTemplate(ValueError):
    """A template that says what it must not; the message says what would fit."""


def check_template(text: str) -> None:
    """Raise BadTemplate for *text* that can't be read, that is too long, or that does more than fill in blanks."""
    if len(text) > LONGEST_TEMPLATE:
        raise BadTemplate(f"The message has {len(text):,} characters; {LONGEST_TEMPLATE} fit.")
    if "{" not in text:
        return
    from jinja2 import TemplateSyntaxError, meta

    try:
        parsed = _environment().parse(text)
    except TemplateSyntaxError as error:
        raise BadTemplate(f"The message can't be read: {error.message}; {_EXAMPLE}") from None
    _check_nodes(parsed)
    if unknown := sorted(meta.find_undeclared_variables(parsed) - set(VARIABLES)):
        raise BadTemplate(f"The message knows no {unknown[0]!r}; there are {', '.join(VARIABLES)}.")


_EXAMPLE = "write for example {{ project }} has {{ value }} left."


def filled_in(text: str, values: Mapping[str, object]) -> str:
    """Return *text* with its blanks filled in; one for which there is nothing makes a sentence that says so."""
    if "{" not in text:
        return text
    from jinja2 import TemplateError

    try:
        check_template(text)
        told = _environment().from_string(text).render(values)
    except (BadTemplate, TemplateError) as error:
        return f"The rule's own message can't be written: {error}"
    return told if len(told) <= LONGEST_MESSAGE else f"{told[: LONGEST_MESSAGE - 1]}…"


def _check_nodes(node: nodes.Node) -> None:
    kind = type(node).__name__
    if kind not in _FITS:
        what = _REFUSED.get(kind, f"{kind!r}")
        raise BadTemplate(f"The message has {what} in it, and may only name, compare and choose; {_EXAMPLE}")
    name = getattr(node, "name", "")
    if kind == "Filter" and name not in FILTERS:
        raise BadTemplate(f"The message uses the filter {name!r}; there are {', '.join(FILTERS)}.")
    for child in node.iter_child_nodes():
        _check_nodes(child)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)  # Slack escapes
