"""Alerts that are told together: one message, with the message of each in its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_ALONE = 3
"""So many alerts of one rule have a message of their own each; more at once are told together."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The message *about* in a channel tells of *total* alerts, of which *left* still fire as far as it says.

    *rule* is the name of theirs, empty if they are of several.
    """

    about: str
    channel_id: str
    opened_at: datetime
    total: int
    left: int
    rule: str = ""
