"""What a person can press and fill in, as they find it on the screen: by its label, or by its ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dgbot.sandbox.slack.world.elements import (
    KEYS,
    SEVERAL,
    Element,
    NoSuchThing,
    elements_of,
    every_block,
    label_of,
    options_of,
)


@dataclass(frozen=True, slots=True)
class Press:
    """Something that is clicked: a button, one *option* of a menu, or a field that now holds what is *chosen*.

    *chosen* is what the action carries beside its ids, such as ``selected_date``.
    """

    label: str
    block_id: str
    element: Element
    option: Mapping[str, Any] | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)

    def carries(self, held: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what the action says was chosen, in a field that *held* this before: an option is switched over."""
        if self.option is None:
            return dict(self.chosen)
        kind = str(self.element.get("type"))
        if kind not in SEVERAL:
            return {"selected_option": dict(self.option)}
        before = [*((held or {}).get(KEYS[kind]) or ())]
        value = self.option.get("value")
        after = [one for one in before if one.get("value") != value]
        return {KEYS[kind]: after if len(after) < len(before) else [*after, dict(self.option)]}


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
    """Yield every button of *blocks*, and every option of the menus among them; inputs are filled in instead."""
    for block in every_block(blocks):
        block_id = block.get("block_id", "")
        for element in elements_of(block) if block.get("type") != "input" else ():
            if element.get("type") in ("button", "icon_button"):
                yield Press(label_of(element), block_id, element)
            for side in ("positive_button", "negative_button"):
                if side in element:
                    yield _feedback(block_id, element, element[side])
            for option in options_of(element):
                yield Press(label_of(option), block_id, element, option)


def press_of(blocks: Iterable[Element], block_id: str, action_id: str, selected: str | None = None) -> Press:
    """Return the button that is meant, or the option of a menu; *selected* is the option's value.

    NoSuchThing if it is not there.
    """
    for press in presses(blocks):
        value = press.chosen.get("value") if press.option is None else press.option.get("value")
        if (press.block_id, press.element.get("action_id"), value) == (block_id, action_id, selected):
            return press
    raise NoSuchThing("This can no longer be pressed: the bot has changed it.")


def told_at_once(blocks: Iterable[Element], block_id: str, action_id: str) -> Element | None:
    """Return the field of which the bot learns as soon as it is filled in, or None.

    Those are all outside inputs, and in inputs those with ``dispatch_action``.
    """
    for block in every_block(blocks):
        if block.get("block_id") == block_id and (block.get("type") != "input" or block.get("dispatch_action")):
            for element in elements_of(block):
                if element.get("action_id") == action_id and element.get("type") in KEYS:
                    return element
    return None


def inputs(blocks: Iterable[Element]) -> list[Field]:
    """Return the inputs of *blocks*, in order."""
    return [
        Field(label_of(block, "label"), block.get("block_id", ""), block["element"], bool(block.get("optional")))
        for block in every_block(blocks)
        if block.get("type") == "input"
    ]


def _feedback(block_id: str, element: Element, button: Mapping[str, Any]) -> Press:
    chosen = {part: button[part] for part in ("text", "value") if part in button}
    return Press(label_of(button), block_id, element, chosen=chosen)


def _bare(label: str) -> str:
    return label.strip().removesuffix("…").removesuffix("...").strip().casefold()
