"""What a person can press and fill in: the elements of blocks, their labels, and the values Slack makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Element = Mapping[str, Any]
State = Mapping[str, Mapping[str, Any]]
"""block_id -> action_id -> what Slack puts into ``state.values``."""

Given = str | list[str]
"""What a field holds, as a program says it: a text, an id, the value of an option, or several of them."""


class NoSuchThing(Exception):
    """Nobody could do this: no such button, field, option or channel on this person's screen."""


@dataclass(frozen=True, slots=True)
class Press:
    """Something that can be clicked: a button, or one option of a menu."""

    label: str
    block_id: str
    element: Element
    option: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form."""

    label: str
    block_id: str
    element: Element
    optional: bool


def same_label(one: str, other: str) -> bool:
    """Compare labels as people do: without case, and without a trailing ellipsis."""
    return _bare(one) == _bare(other)


def presses(blocks: Iterable[Element]) -> Iterator[Press]:
    """Yield every button of *blocks*, and every option of their menus."""
    for block in blocks:
        kind = block.get("type")
        yield from presses(block.get("child_blocks", ()))
        if kind == "carousel":
            yield from presses(block.get("elements", ()))
        elements = [
            *(block.get("elements", ()) if kind in ("actions", "context_actions") else ()),
            *(block.get("actions", ()) if kind == "card" else ()),
            *([block["accessory"]] if block.get("accessory") else []),
        ]
        for element in elements:
            if element.get("type") == "button":
                yield Press(_label(element), block.get("block_id", ""), element)
            for option in _options(element):
                yield Press(_label(option), block.get("block_id", ""), element, option)


def press_of(blocks: Iterable[Element], block_id: str, action_id: str, selected: str | None = None) -> Press:
    """Return the one that is meant; *selected* is the value of its option. NoSuchThing if it is not there."""
    for press in presses(blocks):
        value = None if press.option is None else press.option.get("value")
        if (press.block_id, press.element.get("action_id"), value) == (block_id, action_id, selected):
            return press
    raise NoSuchThing("This can no longer be pressed: the bot has changed it.")


def inputs(blocks: Iterable[Element]) -> list[Field]:
    """Return the inputs of *blocks*, in order."""
    return [
        Field(_label(block, "label"), block.get("block_id", ""), block["element"], bool(block.get("optional")))
        for block in blocks
        if block.get("type") == "input"
    ]


def initial_state(blocks: Iterable[Element]) -> dict[str, dict[str, Any]]:
    """Return ``state.values`` before anybody touched anything: what the bot preset, and empty values."""
    state: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for element in _fillable(block):
            if key := _KEYS.get(element.get("type", "")):
                several: Any = [] if key == "selected_options" else None
                preset = element.get(_PRESETS.get(key, key.replace("selected", "initial", 1)), several)
                values = state.setdefault(block.get("block_id", ""), {})
                values[element.get("action_id", "")] = {"type": element["type"], key: preset}
    return state


def filled(element: Element, text: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of *element* after a person typed or chose *text* (several options: separated by commas).

    *ids* finds people and channels by the name they are shown with. NoSuchThing if there is no such option.
    """
    kind = str(element.get("type"))
    key = _KEYS.get(kind)
    if key is None:
        raise NoSuchThing(f"Nobody can fill in an element of type {kind!r}.")
    wanted = [part.strip() for part in text.split(",")] if kind in _SEVERAL else [text]
    if key in ("selected_option", "selected_options"):
        chosen: list[Any] = [_chosen(element, word) for word in wanted if word]
    elif kind.endswith(("users_select", "channels_select", "conversations_select")):
        chosen = [_known(ids, word) for word in wanted if word]
    else:
        chosen = [text] if text else []
    value: Any = chosen if kind in _SEVERAL else next(iter(chosen), None)
    return {"type": kind, key: value}


def filled_by_id(
    blocks: Iterable[Element], block_id: str, action_id: str, given: Given, ids: Mapping[str, str]
) -> dict[str, Any]:
    """Return the value of one field that holds what is *given*; *ids* are the people and channels there are.

    NoSuchThing if there is no such field, option, person or channel.
    """
    elements = (one for block in blocks if block.get("block_id") == block_id for one in _fillable(block))
    element = next((one for one in elements if one.get("action_id") == action_id), None)
    kind = str(element.get("type")) if element else ""
    key = _KEYS.get(kind)
    if element is None or key is None:
        raise NoSuchThing(f"There is no field {action_id!r} to fill in.")
    wanted = [one for one in ([given] if isinstance(given, str) else given) if one]
    if key in ("selected_option", "selected_options"):
        options = {str(option.get("value")): option for option in _options(element)}
        known: set[str] = {*options}
        chosen: list[Any] = [options.get(one) for one in wanted]
    else:
        known, chosen = {*ids}, [*wanted]
    if (stray := next((one for one in wanted if one not in known), None)) and not _is_free(key):
        raise NoSuchThing(f"{stray!r} can't be chosen in the field {action_id!r}.")
    value: Any = chosen if kind in _SEVERAL else next(iter(chosen), None)
    return {"type": kind, key: value}


def complaint(field: Field, value: Mapping[str, Any] | None) -> str | None:
    """Return what Slack itself says about a field before it sends a form, or None if it may go."""
    content = (value or {}).get(_KEYS.get(str(field.element.get("type")), "value"))
    if content in (None, "", []):
        return None if field.optional else "Please complete this required field."
    if isinstance(content, str):
        most, least = field.element.get("max_length"), field.element.get("min_length")
        if most is not None and len(content) > most:
            return f"Please shorten this to {most} characters or fewer."
        if least is not None and len(content) < least:
            return f"Please write at least {least} characters."
    return None


def shown_value(element: Element, value: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """Return what an input shows: what was filled in, else what the bot preset, else nothing.

    *names* is how the id of a person or a channel is shown.
    """
    kind = str(element.get("type"))
    key = _KEYS.get(kind)
    if key is None:
        return ""
    content = value.get(key) if value else element.get(_PRESETS.get(key, key.replace("selected", "initial", 1)))
    chosen = content if isinstance(content, list) else [] if content is None else [content]
    return ", ".join(_label(one) if isinstance(one, Mapping) else names.get(one, str(one)) for one in chosen)


_KEYS: Mapping[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_PRESETS: Mapping[str, str] = {"value": "initial_value"}
_SEVERAL = frozenset(kind for kind in _KEYS if kind.startswith("multi_")) | {"checkboxes"}


def _fillable(block: Element) -> list[Element]:
    elements = [block.get("element"), block.get("accessory")]
    elements += block.get("elements", ()) if block.get("type") == "actions" else ()
    return [one for one in elements if one]


def _is_free(key: str) -> bool:
    """Whether anything may be typed: no option, person or channel has to fit."""
    return key in ("value", "selected_date", "selected_time", "selected_date_time")


def _bare(label: str) -> str:
    return label.strip().removesuffix("…").removesuffix("...").strip().casefold()


def _label(thing: Mapping[str, Any], part: str = "text") -> str:
    text = thing.get(part, "")
    return str(text.get("text", "")) if isinstance(text, Mapping) else str(text)


def _options(element: Element) -> list[Mapping[str, Any]]:
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(option for group in groups for option in group.get("options", ()))]


def _chosen(element: Element, text: str) -> Mapping[str, Any]:
    options = _options(element)
    found = next((option for option in options if same_label(_label(option), text)), None)
    if found is None:
        raise NoSuchThing(f"There is no option {text!r}; there are: {', '.join(map(_label, options)) or 'none'}.")
    return found


def _known(ids: Mapping[str, str], name: str) -> str:
    found = next((one for one, shown in ids.items() if name in (one, shown, shown[1:])), None)
    if found is None:
        raise NoSuchThing(f"Nobody and no channel is called {name!r} here.")
    return found
