"""The elements of blocks: which of them hold something, under which key, and what the bot preset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Element = Mapping[str, Any]
State = Mapping[str, Mapping[str, Any]]
"""block_id -> action_id -> what Slack puts into ``state.values``."""

Given = str | list[str]
"""What a field holds, as a program says it: a text, an id, the value of an option, or several of them."""


class NoSuchThing(Exception):
    """Nobody could do this: no such button, field, option or channel on this person's screen."""


KEYS: Mapping[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
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
"""Under which key each kind of element keeps what it holds; the kinds that hold nothing are not here."""

SEVERAL = frozenset(kind for kind in KEYS if kind.startswith("multi_")) | {"checkboxes", "file_input"}
"""The kinds that hold a list."""

EXTERNAL = frozenset({"external_select", "multi_external_select"})
"""The kinds whose options the bot is asked for while a person types."""

_PRESETS: Mapping[str, str] = {"value": "initial_value", "rich_text_value": "initial_value"}


def every_block(blocks: Iterable[Element]) -> Iterator[Element]:
    """Yield *blocks* and what lies in them: the cards of a carousel, the children of a container."""
    for block in blocks:
        yield block
        if block.get("type") == "container":
            yield from every_block(block.get("child_blocks", ()))
        if block.get("type") == "carousel":
            yield from every_block(block.get("elements", ()))


def elements_of(block: Element) -> list[Element]:
    """Return what can be pressed or filled in directly in *block*, in the order in which it is shown."""
    kind = block.get("type")
    elements = [block.get("element") if kind == "input" else None, block.get("accessory")]
    elements += block.get("elements", ()) if kind in ("actions", "context_actions") else ()
    elements += block.get("actions", ()) if kind == "card" else ()
    return [one for one in elements if one]


def options_of(element: Element) -> list[Mapping[str, Any]]:
    """Return the options of a menu, those of its groups too."""
    groups = element.get("option_groups") or ()
    return [*(element.get("options") or ()), *(option for group in groups for option in group.get("options", ()))]


def label_of(thing: Mapping[str, Any], part: str = "text") -> str:
    """Return the words of a text object, or of a bare string, that *thing* has as *part*."""
    text = thing.get(part, "")
    return str(text.get("text", "")) if isinstance(text, Mapping) else str(text)


def preset(element: Element) -> Any:
    """Return what the bot preset in *element*: None or an empty list if it did not."""
    kind = str(element.get("type"))
    key = KEYS.get(kind, "")
    return element.get(_PRESETS.get(key, key.replace("selected", "initial", 1)), [] if kind in SEVERAL else None)


def initial_state(blocks: Iterable[Element]) -> dict[str, dict[str, Any]]:
    """Return ``state.values`` before anybody touched anything: what the bot preset, and empty values."""
    state: dict[str, dict[str, Any]] = {}
    for block in every_block(blocks):
        for element in elements_of(block):
            if key := KEYS.get(element.get("type", "")):
                values = state.setdefault(block.get("block_id", ""), {})
                values[element.get("action_id", "")] = {"type": element["type"], key: preset(element)}
    return state


def rich_text(text: str) -> dict[str, Any]:
    """Return *text* as the block that a rich text field holds."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}
