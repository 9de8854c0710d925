"""What a menu shows as chosen before anybody chose: one of its own options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dgbot.blockkit.problems import Problem


def check_choice(element: dict[str, Any], at: str) -> Iterator[Problem]:
    """Find presets that are none of the options; a menu whose options the bot names later has none to compare."""
    offered = [*_values(element.get("options"))]
    for group in _objects(element.get("option_groups")):
        offered += _values(group.get("options"))
    if not offered:
        return
    if isinstance(one := element.get("initial_option"), dict) and one.get("value") not in offered:
        yield Problem(f"{at}/initial_option", "must be one of the options")
    for index, value in enumerate(_values(element.get("initial_options"))):
        if value not in offered:
            yield Problem(f"{at}/initial_options/{index}", "must be one of the options")


def _values(options: object) -> list[object]:
    return [option.get("value") for option in _objects(options)]


def _objects(things: object) -> list[dict[str, Any]]:
    return [one for one in things if isinstance(one, dict)] if isinstance(things, list) else []
