"""One instance before and after, with everything that the change leaves to be told and kept: saved as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import Instance
from dgbot.domain.alerting.telling import Act
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.replies import Reply


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a notice is said in its channel: what *act* is there, in which words, and whom it calls beside them."""

    act: Act
    reply: Reply
    mention: str = ""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """*after* takes the place of *before* if nobody saved the instance since; else nothing of it counts.

    *forget* an instance that is no more, once everything about it is said. *spoken* says of notices, by key, how they
    are said. *bulletins* are the messages that tell of it together with others, and are kept once.
    """

    before: Instance
    after: Instance
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    forget: bool = False
    spoken: Mapping[str, Spoken] = field(default_factory=dict[str, Spoken])
    bulletins: tuple[Bulletin, ...] = ()
