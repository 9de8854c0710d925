"""The small parts that the gallery is made of."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]
PICTURE = "https://pictures.example/spend.png"
SOON = 1795960920


def plain(text: str) -> Part:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Part:
    """Return an mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def header(text: str) -> Part:
    """Return a header block."""
    return {"type": "header", "text": plain(text)}


def option(word: str, **more: Any) -> Part:
    """Return an option whose value is its text in lower case."""
    return {"text": plain(word), "value": word.lower(), **more}


def section(text: str, accessory: Part | None = None) -> Part:
    """Return a section with something beside it."""
    return {"type": "section", "text": mrkdwn(text)} | ({"accessory": accessory} if accessory else {})


def button(label: str, **more: Any) -> Part:
    """Return a button."""
    return {"type": "button", "text": plain(label), "action_id": f"press-{label.lower()}", "value": "r1", **more}


CONFIRM = {
    "title": plain("Revoke call-center?"),
    "text": mrkdwn("12,300 requests used it in the last 24 h. *They will fail at once.*"),
    "confirm": plain("Revoke it"),
    "deny": plain("Keep it"),
    "style": "danger",
}
OPTIONS = [option("Read"), option("Write"), option("Manage")]
GROUPS = [
    {"label": plain("Production"), "options": [option("acme-prod"), option("acme-eu")]},
    {"label": plain("Play"), "options": [option("acme-lab")]},
]
IMAGE = {"type": "image", "image_url": PICTURE, "alt_text": "spend by day"}


def text(text: str, **style: bool) -> Part:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def line(*parts: Part) -> Part:
    """Return a line of rich text."""
    return {"type": "rich_text_section", "elements": list(parts)}


DESCRIBED = [one | {"text": mrkdwn(f"*{one['value']}*"), "description": mrkdwn("_what for_")} for one in OPTIONS]


def chosen(kind: str, **more: Any) -> Part:
    """Return boxes or radio buttons."""
    return {"type": kind, "action_id": kind, "options": DESCRIBED, **more}


MENUS: dict[str, Part] = {
    "static_select": {"options": OPTIONS, "initial_option": OPTIONS[0]},
    "multi_static_select": {"option_groups": GROUPS, "initial_options": [GROUPS[0]["options"][0]]},  # type: ignore[index]
    "external_select": {"min_query_length": 0},
    "multi_external_select": {"initial_options": [option("Offered")], "max_selected_items": 2},
    "users_select": {"initial_user": "UBOB00001"},
    "multi_users_select": {"initial_users": ["UBOB00001", "UCAROL001"]},
    "conversations_select": {"filter": {"include": ["public", "im"]}},
    "multi_conversations_select": {"initial_conversations": ["CGENERAL1"]},
    "channels_select": {"initial_channel": "CGENERAL1"},
    "multi_channels_select": {"confirm": CONFIRM},
}


def menu(kind: str) -> Part:
    """Return the menu of this kind."""
    return {"type": kind, "action_id": kind, "placeholder": plain(kind.replace("_", " ")), **MENUS[kind]}
