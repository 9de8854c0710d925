"""What a person reads: Block Kit and mrkdwn as plain text, with no markup left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dgbot.sandbox.slack.screen.figures import chart, rich, table
from dgbot.sandbox.slack.screen.filling import shown_value
from dgbot.sandbox.slack.screen.mrkdwn import Names, plain, text_of
from dgbot.sandbox.slack.world.contents import Message, View

_MISSHAPEN: Final = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
"""What comes of a block that has something else where a text, a list or a number should be."""


def message_text(message: Message, names: Names) -> str:
    """Return a message as read: its blocks, or its text if it has none."""
    return blocks_text(message.blocks, names) if message.blocks else plain(message.text, names)


def view_text(view: View, names: Names) -> str:
    """Return a modal (title first, its buttons last) or a Home as read."""
    content = view.content
    title = text_of(content.get("title"), names)
    body = blocks_text(view.blocks, names, state=view.state, errors=view.errors)
    ends = [text_of(content.get(end), names) for end in ("close", "submit")]
    return "\n".join(part for part in (title, body, _buttons(end for end in ends if end)) if part)


def blocks_text(
    blocks: Iterable[Mapping[str, Any]],
    names: Names,
    *,
    state: Mapping[str, Mapping[str, Any]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Return blocks as read, each on a line of its own; inputs show what was filled in and what is wrong.

    Slack checks little of what lies deep in a block: one that can't be read costs itself alone.
    """
    lines = []
    for block in blocks:
        try:
            line = _block(block, names, (state or {}).get(block.get("block_id", ""), {}))
        except _MISSHAPEN:
            line = f"[{block.get('type')}: it can't be read]"
        wrong = (errors or {}).get(block.get("block_id", ""))
        lines.append(f"{line}  ({wrong})" if wrong else line)
    return "\n".join(line for line in lines if line)


def _block(block: Mapping[str, Any], names: Names, state: Mapping[str, Any]) -> str:
    match block.get("type"):
        case "section":
            fields = " · ".join(text_of(one, names).replace("\n", " ") for one in block.get("fields", ()))
            text = "\n".join(part for part in (text_of(block.get("text"), names), fields) if part)
            return "  ".join(part for part in (text, _element(block.get("accessory"), names, state)) if part)
        case "header" | "alert":
            return text_of(block.get("text"), names)
        case "context":
            return " · ".join(_element(one, names, state) for one in block.get("elements", ()))
        case "actions" | "context_actions":
            return "  ".join(_element(one, names, state) for one in block.get("elements", ()))
        case "input":
            element = block.get("element", {})
            value = shown_value(element, state.get(element.get("action_id", "")), names)
            return f"{text_of(block.get('label'), names)}: {value or '____'}"
        case "image":
            return f"[image: {block.get('alt_text', '')}]"
        case "markdown":
            return plain(str(block.get("text", "")).replace("**", "*"), names)
        case "rich_text":
            return "\n".join(rich(element, names) for element in block.get("elements", ()))
        case "table":
            return table(block.get("rows", ()), names)
        case "data_table":
            return f"{text_of(block.get('caption'), names)}\n{table(block.get('rows', ()), names)}".strip()
        case "data_visualization":
            return chart(block)
        case "card":
            parts = [text_of(block.get(part), names) for part in ("title", "subtitle", "body")]
            actions = "  ".join(_element(one, names, state) for one in block.get("actions", ()))
            return "\n".join(part for part in (*parts, actions) if part)
        case "carousel":
            return blocks_text(block.get("elements", ()), names)
        case "container":
            titles = (text_of(block.get(part), names) for part in ("title", "subtitle"))
            inside = blocks_text(block.get("child_blocks", ()), names)
            return "\n".join(part for part in (*titles, inside) if part)
        case "video":
            return f"[video: {text_of(block.get('title'), names)}]"
        case "file":
            return f"[file: {block.get('external_id', '')}]"
        case "task_card":
            return _task(block, names)
        case "plan":
            tasks = (_task(one, names) for one in block.get("tasks") or ())
            return "\n".join((text_of(block.get("title"), names), *tasks))
        case _:
            return ""


def _task(block: Mapping[str, Any], names: Names) -> str:
    parts = (block[part] for part in ("details", "output") if isinstance(block.get(part), Mapping))
    lines = [f"{text_of(block.get('title'), names)} ({block.get('status', 'pending')})"]
    return "\n".join(lines + [rich(one, names) for part in parts for one in part.get("elements", ())])


def _element(element: Any, names: Names, state: Mapping[str, Any]) -> str:
    if not isinstance(element, Mapping):
        return ""
    kind = str(element.get("type"))
    if kind in ("mrkdwn", "plain_text"):
        return text_of(element, names)
    if kind == "image":
        return f"[image: {element.get('alt_text', '')}]"
    if kind == "overflow":
        return f"[⋯ {' | '.join(text_of(one.get('text'), names) for one in element.get('options', ()))}]"
    if kind in ("button", "icon_button", "workflow_button"):
        return _buttons([text_of(element.get("text"), names)])
    if kind == "feedback_buttons":
        sides = (element.get(f"{side}_button", {}) for side in ("positive", "negative"))
        return _buttons(text_of(side.get("text"), names) for side in sides)
    if kind in ("radio_buttons", "checkboxes"):
        return "  ".join(f"( ) {text_of(one.get('text'), names)}" for one in element.get("options", ()))
    shown = shown_value(element, state.get(element.get("action_id", "")), names)
    return f"[{shown or text_of(element.get('placeholder'), names) or kind} ▾]"


def _buttons(labels: Iterable[str]) -> str:
    return "  ".join(f"[{label}]" for label in labels)
