"""All that is kept of one incident, or of one thing that a rule watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.rules import AlertRule


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What happened in an incident, or to a thing of a rule if *incident_id* is empty.

    *rule* and *labels* are None and empty where they are gone; *project* is how people call it, else its id. *before*
    are lines of the same thing from before it, oldest first. *silences* are all that began before its last line, and
    ended after its first one, each with when somebody ended it.
    """

    incident_id: str
    rule: AlertRule | None
    labels: Labels
    project: str
    before: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    silences: tuple[tuple[Silence, datetime | None], ...] = ()
