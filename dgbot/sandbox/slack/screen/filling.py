"""From what a person types or picks to what Slack keeps in ``state.values``, and back to what they see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

from dgbot.sandbox.slack.screen.forms import same_label
from dgbot.sandbox.slack.world.elements import (
    KEYS,
    SEVERAL,
    Element,
    Given,
    NoSuchThing,
    elements_of,
    every_block,
    label_of,
    options_of,
    preset,
    rich_text,
)

Options = Mapping[str, Mapping[str, Any]]
"""Options by their value."""


def filled(element: Element, text: str, ids: Mapping[str, str], offered: Options | None = None) -> dict[str, Any]:
    """Return the value of *element* after a person typed or chose *text* (several options: separated by commas).

    *ids* finds people and channels by the name they are shown with; *offered* are the options that the bot named for
    an external menu. NoSuchThing if there is no such option.
    """
    kind = str(element.get("type"))
    key = _key(kind)
    wanted = [word for word in words_of(element, text) if word]
    if key in ("selected_option", "selected_options"):
        options = [*options_of(element), *(offered or {}).values()]
        return _value(kind, [_chosen(options, word) for word in wanted])
    if kind.endswith(("users_select", "channels_select", "conversations_select")):
        return _value(kind, [_known(ids, word) for word in wanted])
    return _value(kind, [_typed(kind, word) for word in wanted])


def words_of(element: Element, text: str) -> list[str]:
    """Return the single choices that *text* names: those between commas, where several can be made."""
    return [part.strip() for part in text.split(",")] if element.get("type") in SEVERAL else [text]


def filled_by_id(
    blocks: Iterable[Element],
    block_id: str,
    action_id: str,
    given: Given,
    ids: Mapping[str, str],
    offered: Options | None = None,
) -> dict[str, Any]:
    """Return the value of one field that holds what is *given*; *ids* are the people and channels there are.

    NoSuchThing if there is no such field, option, person or channel.
    """
    within = (block for block in every_block(blocks) if block.get("block_id") == block_id)
    elements = (one for block in within for one in elements_of(block))
    element = next((one for one in elements if one.get("action_id") == action_id), None)
    kind = str(element.get("type")) if element else ""
    if element is None or kind not in KEYS:
        raise NoSuchThing(f"There is no field {action_id!r} to fill in.")
    wanted = [one for one in ([given] if isinstance(given, str) else given) if one]
    if KEYS[kind] in ("selected_option", "selected_options"):
        options = _by_value([*options_of(element), *_preset_options(element)]) | dict(offered or {})
        _refuse_strays(wanted, options, action_id)
        return _value(kind, [options[one] for one in wanted])
    if kind.endswith(("users_select", "channels_select", "conversations_select")):
        _refuse_strays(wanted, ids, action_id)
        return _value(kind, wanted)
    return _value(kind, [_typed(kind, one) for one in wanted])


def shown_value(element: Element, value: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """Return what an input shows: what was filled in, else what the bot preset, else nothing.

    *names* is how the id of a person or a channel is shown.
    """
    key = KEYS.get(str(element.get("type")))
    if key is None:
        return ""
    content = value.get(key) if value else preset(element)
    if key == "selected_date_time" and content is not None:
        return f"{datetime.fromtimestamp(int(content), UTC):%Y-%m-%d %H:%M} UTC"
    if key == "rich_text_value":
        return _words(content or {})
    chosen = content if isinstance(content, list) else [] if content is None else [content]
    return ", ".join(label_of(one) if isinstance(one, Mapping) else names.get(one, str(one)) for one in chosen)


def _key(kind: str) -> str:
    if kind not in KEYS:
        raise NoSuchThing(f"Nobody can fill in an element of type {kind!r}.")
    return KEYS[kind]


def _value(kind: str, chosen: Sequence[Any]) -> dict[str, Any]:
    return {"type": kind, KEYS[kind]: [*chosen] if kind in SEVERAL else next(iter(chosen), None)}


def _typed(kind: str, text: str) -> Any:
    """Return *text* as a field of this kind holds it: a moment as a number, rich text as a block."""
    if kind == "datetimepicker":
        if not re.fullmatch(r"\d{1,10}", text):
            raise NoSuchThing(f"{text!r} is no moment; write it as seconds since 1970.")
        return int(text)
    if kind == "datepicker" and not _reads(date.fromisoformat, text):
        raise NoSuchThing(f"{text!r} is no day; write it as 2026-11-29.")
    if kind == "timepicker" and not _reads(time.fromisoformat, text):
        raise NoSuchThing(f"{text!r} is no time of day; write it as 14:30.")
    if kind == "file_input":
        raise NoSuchThing("Nobody can attach a file here.")
    return rich_text(text) if kind == "rich_text_input" else text


def _reads(read: Any, text: str) -> bool:
    with suppress(ValueError):
        read(text)
        return True
    return False


def _words(part: Mapping[str, Any]) -> str:
    return str(part.get("text", "")) + "".join(_words(one) for one in part.get("elements", ()))


def _preset_options(element: Element) -> list[Mapping[str, Any]]:
    held = preset(element)
    return [*held] if isinstance(held, list) else [] if held is None else [held]


def _by_value(options: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(option.get("value")): option for option in options}


def _refuse_strays(wanted: Iterable[str], known: Mapping[str, Any], action_id: str) -> None:
    for one in wanted:
        if one not in known:
            raise NoSuchThing(f"{one!r} can't be chosen in the field {action_id!r}.")


def _chosen(options: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any]:
    found = next((option for option in options if same_label(label_of(option), text)), None)
    if found is None:
        raise NoSuchThing(f"There is no option {text!r}; there are: {', '.join(map(label_of, options)) or 'none'}.")
    return found


def _known(ids: Mapping[str, str], name: str) -> str:
    found = next((one for one, shown in ids.items() if name in (one, shown, shown[1:])), None)
    if found is None:
        raise NoSuchThing(f"Nobody and no channel is called {name!r} here.")
    return found
