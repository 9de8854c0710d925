"""Every mistake in a rules file in a sentence that names the setting, and what would fit."""

from __future__ import annotations

import difflib
from decimal import Decimal

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from dgbot.settings.rule_entry import EscalationEntry, OverrideEntry, RuleEntry

DURATION = "a duration such as 30m, 12h or 7d"
_NAMES = {
    "name": "up to 40 small letters, digits and hyphens, such as low-balance",
    "labels": "a name of up to 40 small letters, digits and _, such as team",
    "params": "a name of up to 40 small letters, digits and _, such as amount",
    "override": "a project's id",
}
_SHAPES = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "literal_error": "true",
    "string_type": 'a text, such as "acme-prod",',
    "time_delta_type": DURATION,
    "time_delta_parsing": DURATION,
    "dict_type": "a table such as { warning = 50 }",
    "model_type": 'a table such as { after = "4h", channel = "C0123ABCD" }',
    "list_type": "a list in square brackets",
}


def place_of(where: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the path of a setting, without what pydantic adds about unions and keys."""
    return tuple(str(part) for part in where if isinstance(part, str) and not part.startswith("["))


def sentence(detail: ErrorDetails, model: type[BaseModel] = RuleEntry, what: str = "rule") -> str:
    """Return one of pydantic's complaints about a *model*, which people call a *what*, as a sentence."""
    place = place_of(detail["loc"])
    where, said = ".".join(place) or what, detail["msg"].removeprefix("Value error, ").rstrip(".")
    match detail["type"]:
        case "missing":
            return f"{where} is missing."
        case "extra_forbidden":
            return f"{where} is not a setting of a {what}; {_nearest(detail['loc'], model)}"
        case "value_error":
            return f"{where}: {said}."
        case "enum":
            return f"{where}: {detail['input']!r} does not fit; there are {said.removeprefix('Input should be ')}."
    given = detail["input"] if isinstance(detail["input"], str | int | Decimal) else "this"
    return f"{where}: {str(given)[:60]!r} does not fit; {_fitting(detail, place) or said} would."


def _fitting(detail: ErrorDetails, place: tuple[str, ...]) -> str:
    """Return what would fit instead; empty if only pydantic knows."""
    limits, kind = detail.get("ctx", {}), detail["type"]
    if kind in {"greater_than", "greater_than_equal"} and place[-1:] == ("every",):
        return "1m or more"
    if kind == "greater_than":
        return DURATION
    if kind in {"greater_than_equal", "less_than_equal"}:
        return "a number from 1 to 100"
    if kind in {"too_long", "string_too_long"}:
        return f"at most {limits.get('max_length')}{' characters' * (kind == 'string_too_long')}"
    if kind in {"too_short", "string_too_short"}:
        return "at least one" if kind == "too_short" else "a text that is not empty"
    if kind == "string_pattern_mismatch":
        return next((_NAMES[part] for part in reversed(place) if part in _NAMES), "")
    return _SHAPES.get(kind, "")


def _nearest(where: tuple[str | int, ...], model: type[BaseModel]) -> str:
    model = EscalationEntry if "escalate" in where else model
    model = OverrideEntry if where[0] == "override" else model
    names = [info.alias or name for name, info in model.model_fields.items()]
    close = difflib.get_close_matches(str(where[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}."
