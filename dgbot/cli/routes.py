"""What ``dgbot alerts route`` reads and prints."""

from __future__ import annotations

import re

from dgbot.plugin.params import write_duration
from dgbot.services.alerting.routing import Hearing


class BadLabels(Exception):
    """Labels that can't be read; the message says what would fit."""


def read_labels(text: str) -> dict[str, str]:
    """Return ``kind=balance,severity=critical`` as a mapping, or raise BadLabels."""
    labels: dict[str, str] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([a-z_][a-z0-9_]*)\s*=\s*(.*?)\s*", part)
        if found is None:
            raise BadLabels(f"--labels: {part.strip()!r} is no label such as kind=balance; separate several by commas.")
        if found[1] in labels:
            raise BadLabels(f"--labels: {found[1]} stands there twice.")
        labels[found[1]] = found[2]
    return labels


def line_of(one: Hearing) -> str:
    """Return who hears of a rule, in a line."""
    later = "".join(f", after {write_duration(after)} {channel}" for after, channel in one.later)
    return f"{one.rule}: {one.channel_id}{later}"
