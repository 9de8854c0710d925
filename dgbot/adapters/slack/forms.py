"""The form of a command: drawn from its parameters, and what was filled in as texts again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgbot.adapters.slack.blocks import Block, modal, plain, section
from dgbot.adapters.slack.mrkdwn import clean, cut, mrkdwn
from dgbot.plugin.form import REASON, TICKED, Filled, offered, preset
from dgbot.plugin.signature import Param
from dgbot.plugin.words import LONGEST
from dgbot.services.approvals.asking import LONGEST_REASON
from dgbot.services.panes import CommandForm

VERB = "command"
CALLBACK = f"dg:{VERB}"

MOST_OPTIONS = 100
LONGEST_VALUE = 150

_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,30}")
_ENTRIES = {"email": "email_text_input", "number": "number_input", "channel": "conversations_select"}


@dataclass(frozen=True, slots=True)
class SentForm:
    """What came back: the form, and where its command was typed; *channel_id* is empty where that can't be read."""

    filled: Filled
    channel_id: str


def command_form(form: CommandForm) -> Block:
    """Draw the form of a command."""
    command, fields = form.command, [_field(param, form.texts.get(param.name, "")) for param in form.command.params]
    fields += [_why()] if form.asks_why else []
    for field in fields:
        if form.needs_reason and field["block_id"] in {"reason", REASON}:
            field["optional"] = False
    return modal(
        _title(command.name),
        [section(mrkdwn(command.summary)), *fields],
        close="Cancel",
        verb=VERB,
        submit="Ask for approval" if form.waits else _title(command.words[-1]),
        value=f"{form.channel_id} {command.name}",
    )


def sent_form(view: Mapping[str, Any]) -> SentForm:
    """Read a submitted form, whose outline the guard has checked; what can't be read in it is empty."""
    channel_id, _, name = str(view.get("private_metadata") or "").partition(" ")
    values = (view.get("state") or {}).get("values") or {}
    texts = {field: _text_of(held) for block in values.values() for field, held in block.items()}
    return SentForm(Filled(name, texts), channel_id if _CHANNEL.fullmatch(channel_id) else "")


def shown_errors(complaints: Mapping[str, str]) -> dict[str, str]:
    """Return *complaints* as Slack shows them, by block."""
    return {name: cut(clean(sentence), LONGEST_VALUE) for name, sentence in complaints.items()}


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _field(param: Param, given: str) -> Block:
    hint = param.help.text
    drawn: Block = {
        "type": "input",
        "block_id": param.name,
        "optional": not param.required,
        "label": plain(param.called, 150),
        "element": {"action_id": param.name, **_element(param, given)},
    }
    return drawn | ({"hint": plain(hint, 300)} if hint and not param.switch else {})


def _why() -> Block:
    """Draw the field for why others should agree, which the command itself knows nothing of."""
    element = {"type": "plain_text_input", "action_id": REASON, "multiline": True, "max_length": LONGEST_REASON}
    hint = plain("What those who must agree should know", 300)
    named = {"type": "input", "block_id": REASON, "optional": True, "label": plain("Reason", 150)}
    return {**named, "hint": hint, "element": element}


def _element(param: Param, given: str) -> Block:
    """Draw where the value goes; it holds what is *given*, else the default."""
    if param.switch:
        ticks = [_option(TICKED, param.help.text or "Yes")]
        return {"type": "checkboxes", "options": ticks} | ({"initial_options": ticks} if given else {})
    choices = offered(param)
    if choices and len(choices) <= MOST_OPTIONS and all(len(choice) <= LONGEST_VALUE for choice in choices):
        return _menu(param, choices, given)
    if param.kind.entry == "channel":
        return {
            "type": "conversations_select",
            "filter": {"include": ["public", "private"]},
            **_placeholder("Pick one"),
        }
    typed: Block = {"type": _ENTRIES.get(param.kind.entry, "plain_text_input"), **_placeholder(param.kind.example)}
    if typed["type"] == "number_input":
        typed["is_decimal_allowed"] = False
    if typed["type"] == "plain_text_input":
        typed |= {"multiline": param.rest or param.kind.entry == "lines", "max_length": LONGEST}
    held = given or preset(param)
    return typed | ({"initial_value": held} if held else {})


def _menu(param: Param, choices: Sequence[str], given: str) -> Block:
    held = given or preset(param)
    chosen = [choice for choice in held.split(",") if choice] if param.kind.many else [held]
    groups = [
        (label, [_option(choice, choice) for choice in group])
        for label, group in itertools.groupby(choices, param.kind.heading)
    ]
    menu: Block = {"type": "multi_static_select" if param.kind.many else "static_select"}
    if any(label for label, _ in groups):
        menu["option_groups"] = [{"label": plain(label, 75), "options": options} for label, options in groups]
    else:
        menu["options"] = [option for _, options in groups for option in options]
    before = [_option(choice, choice) for choice in chosen if choice in choices]
    if before:
        menu |= {"initial_options": before} if param.kind.many else {"initial_option": before[0]}
    return menu | _placeholder("Pick some" if param.kind.many else "Pick one")


def _option(value: str, shown: str) -> Block:
    return {"text": plain(shown, 75), "value": value}


def _placeholder(text: str) -> Block:
    return {"placeholder": plain(text, 150)} if text else {}


def _text_of(held: Mapping[str, Any]) -> str:
    """Return what a field holds as text: several choices with commas between."""
    chosen = held.get("selected_options")
    if isinstance(chosen, list):
        return ",".join(filter(None, map(_value_of, chosen)))
    for text in (held.get("value"), held.get("selected_conversation"), _value_of(held.get("selected_option"))):
        if isinstance(text, str) and text:
            return text
    return ""


def _value_of(option: Any) -> str:
    value = option.get("value") if isinstance(option, Mapping) else None
    return value if isinstance(value, str) else ""
