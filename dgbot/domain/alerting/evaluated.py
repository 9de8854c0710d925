"""One instance before and after, with everything that the change leaves to be told and kept: saved as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import Instance
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice


@dataclass(frozen=True, slots=True)
class Evaluated:
    """*after* takes the place of *before* if nobody saved the instance since; else nothing of it counts.

    *forget* an instance that is no more, once everything about it is said. *bulletin* is the message that tells of it
    together with others, and is kept once.
    """

    before: Instance
    after: Instance
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    forget: bool = False
    bulletin: Bulletin | None = None
