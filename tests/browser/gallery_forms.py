"""The modals of the gallery: every field, and every menu."""

from __future__ import annotations

from typing import Any

from tests.browser.gallery_parts import MENUS, SOON, Part, chosen, line, menu, mrkdwn, plain, text


def asked(label: str, element: Part, **more: Any) -> Part:
    """Return an input block."""
    return {"type": "input", "label": plain(label), "element": element, **more}


def form() -> Part:
    """Return a modal with one of every field."""
    kinds: dict[str, Part] = {
        "plain_text_input": {"max_length": 80, "placeholder": plain("nightly batch"), "focus_on_load": True},
        "email_text_input": {"initial_value": "bob@acme.test"},
        "url_text_input": {},
        "number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
        "rich_text_input": {"initial_value": {"type": "rich_text", "elements": [line(text("as it was"))]}},
        "file_input": {"filetypes": ["csv"], "max_files": 2},
        "datepicker": {},
        "timepicker": {},
        "datetimepicker": {"initial_date_time": SOON},
    }
    fields = [asked(kind, {"type": kind, "action_id": "a", **more}, optional=True) for kind, more in kinds.items()]
    long = {"type": "plain_text_input", "action_id": "a", "multiline": True}
    alerts = [
        {"type": "alert", "level": level, "text": mrkdwn(f"An alert: *{level}*")}
        for level in ("default", "info", "success", "warning", "error")
    ]
    return {
        "type": "modal",
        "title": plain("Every field"),
        "submit": plain("Send"),
        "close": plain("Not now"),
        "blocks": [*alerts, *fields, asked("Because", long, hint=plain("A sentence will do."))],
    }


def other_form() -> Part:
    """Return a modal with one of every menu, and fields of which the bot is told at once."""
    menus = [asked(kind.replace("_", " "), menu(kind), optional=True) for kind in MENUS]
    told = asked("Told at once", menu("static_select") | {"action_id": "told"}, dispatch_action=True)
    typed = {"type": "plain_text_input", "action_id": "typed"}
    config = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    return {
        "type": "modal",
        "title": plain("Every menu"),
        "submit": plain("Send"),
        "blocks": [
            told,
            asked("Told as typed", typed | config, dispatch_action=True, optional=True),
            *menus,
            asked("Radio", chosen("radio_buttons"), optional=True),
            asked("Boxes", chosen("checkboxes"), optional=True),
        ],
    }
