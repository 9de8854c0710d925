"""The words that people give a rule, with blanks that an alert fills in: nothing that loops, calls or reckons."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

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
    from jinja2 import TemplateSyntaxError

    try:
        _try(text)
    except BadTemplate:
        raise
    except TemplateSyntaxError as error:
        raise BadTemplate(f"The message can't be read: {_plainly(error.message or '')}; {_EXAMPLE}") from None
    except TypeError as error:
        raise BadTemplate(f"The message can't be written: {error}; all of its variables are texts.") from None
    except (RecursionError, SyntaxError, MemoryError):  # the last two are how Python's compiler refuses depth
        raise BadTemplate(f"The message is nested too deeply; {_EXAMPLE}") from None
    except Exception as error:  # whatever else the sandbox refuses
        raise BadTemplate(f"The message can't be written ({type(error).__name__}); {_EXAMPLE}") from None


def _try(text: str) -> None:
    from jinja2 import UndefinedError, meta

    parsed = _environment().parse(text)
    _check_nodes(parsed)
    if unknown := sorted(meta.find_undeclared_variables(parsed) - set(VARIABLES)):
        raise BadTemplate(f"The message knows no {unknown[0]!r}; there are {', '.join(VARIABLES)}.")
    with contextlib.suppress(UndefinedError):  # nobody knows yet which labels there are
        _environment().from_string(text).render(_SOME)


def _plainly(told: str) -> str:
    if "end of template" in told.lower():
        return "it ends before every {{ has its }}, and every {% if %} its {% endif %}"
    return told.rstrip(".")


_SOME: Mapping[str, object] = dict.fromkeys(VARIABLES, "some") | {"labels": {}}
_EXAMPLE = "write for example {{ project }} has {{ value }} left."


def filled_in(text: str, values: Mapping[str, object]) -> str:
    """Return *text* with its blanks filled in; one for which there is nothing makes a sentence that says so."""
    if "{" not in text:
        return text
    try:
        check_template(text)
        told = _environment().from_string(text).render(values)
    except Exception as error:  # whatever a template compares or names, its alert is told all the same
        return f"The rule's own message can't be written: {error}"
    told = told.encode("utf-8", "replace").decode()  # a text may name half of a character
    return told if len(told) <= LONGEST_MESSAGE else f"{told[: LONGEST_MESSAGE - 1]}…"


def _check_nodes(node: nodes.Node) -> None:
    kind = type(node).__name__
    if kind not in _FITS:
        what = _REFUSED.get(kind, f"{kind!r}")
        raise BadTemplate(f"The message has {what} in it, and may only name, compare and choose; {_EXAMPLE}")
    name = getattr(node, "name", "")
    if kind == "Filter" and name not in FILTERS:
        raise BadTemplate(f"The message uses the filter {name!r}; there are {', '.join(FILTERS)}.")
    if kind in {"Getattr", "Getitem"}:
        _check_part(node)
    for child in node.iter_child_nodes():
        _check_nodes(child)


def _check_part(node: nodes.Node) -> None:
    """Raise BadTemplate unless *node* looks a label up by its name."""
    named = getattr(node, "attr", None) or getattr(getattr(node, "arg", None), "value", None)
    if isinstance(named, str) and named.startswith("_"):
        raise BadTemplate(f"The message reaches for {named[:40]!r}, which is Python's and not the alert's; {_EXAMPLE}")
    if getattr(getattr(node, "node", None), "name", "") != "labels" or not isinstance(named, str):
        raise BadTemplate(f"The message looks into a text; only labels have parts, such as labels.team; {_EXAMPLE}")


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def written(value: object) -> object:
        if callable(value) and not isinstance(value, StrictUndefined):
            raise TypeError("a function is no text")
        return value

    class LabelsAlone(ImmutableSandboxedEnvironment):
        """Looks up what labels hold, and nothing of Python's."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            known = isinstance(obj, dict) and argument in obj
            return obj[argument] if known else self.undefined(obj=obj, name=argument)

    return LabelsAlone(undefined=StrictUndefined, autoescape=False, finalize=written)  # Slack escapes
