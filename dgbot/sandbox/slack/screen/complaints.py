"""What Slack itself says of a form before the bot sees it: what is missing, too long, or not what was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from dgbot.sandbox.slack.screen.forms import Field
from dgbot.sandbox.slack.world.elements import KEYS, Element


def complaint(field: Field, value: Mapping[str, Any] | None) -> str | None:
    """Return what Slack itself says about a field before it sends a form, or None if it may go.

    Nothing can be attached here, so that a form with a field for files may always go.
    """
    kind = str(field.element.get("type"))
    content = (value or {}).get(KEYS.get(kind, "value"))
    if kind == "file_input":
        return None
    if content in (None, "", []):
        return None if field.optional else "Please complete this required field."
    if isinstance(content, list):
        most = field.element.get("max_selected_items")
        return f"Please choose {most} at most." if most is not None and len(content) > most else None
    if isinstance(content, str):
        return _too_long_or_short(field.element, content) or _misshapen(kind, field.element, content)
    return None


def _too_long_or_short(element: Element, content: str) -> str | None:
    most, least = element.get("max_length"), element.get("min_length")
    if most is not None and len(content) > most:
        return f"Please shorten this to {most} characters or fewer."
    if least is not None and len(content) < least:
        return f"Please write at least {least} characters."
    return None


def _misshapen(kind: str, element: Element, content: str) -> str | None:
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", content):
        return "Please enter an e-mail address."
    if kind == "url_text_input" and not _is_address(content):
        return "Please enter a URL, with https:// in front."
    return _not_the_number(element, content) if kind == "number_input" else None


def _is_address(content: str) -> bool:
    with suppress(ValueError):
        parts = urlsplit(content)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    return False


def _not_the_number(element: Element, content: str) -> str | None:
    try:
        number = Decimal(content)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < Decimal(str(low)):
        return f"Please enter {low} or more."
    if high is not None and number > Decimal(str(high)):
        return f"Please enter {high} or less."
    return None
