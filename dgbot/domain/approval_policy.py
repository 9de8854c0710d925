"""Who may ask for what, who decides, and how many of them: what the settings say about approval."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from dgbot.domain.approvals import ApprovalRequest, State, Terms
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan, Plan
from dgbot.domain.spans import in_words


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: the command, typed by whom and where, and what it planned."""

    command: str
    plan: Plan
    requester: Principal
    channel_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests of one person are approved by themselves in a period."""

    requests: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Ruling:
    """What holds for a request. *may_ask* are roles (none: whoever may run the command); *pattern* fits a reason."""

    terms: Terms
    channel_id: str
    request_lasts: timedelta = timedelta(hours=8)
    may_ask: frozenset[str] = frozenset()
    reason: Literal["optional", "required"] = "optional"
    pattern: re.Pattern[str] | None = None
    max_ttl: timedelta | None = None
    quota: Quota | None = None

    def objection(self, asked: Asked) -> str:
        """Return, as a sentence, why this can't be asked; empty if it can."""
        if self.may_ask and not asked.requester.roles & self.may_ask:
            return f"Only members of {' or '.join(sorted(self.may_ask))} may ask for this."
        if self.reason == "required" and not asked.reason:
            return 'reason: say why; whoever decides reads it (--reason "...").'
        if self.pattern is not None and not self.pattern.search(asked.reason):
            return f"reason: it has to match {self.pattern.pattern}, such as the settings want it."
        lives = asked.plan.lives if isinstance(asked.plan, KeyPlan) else None
        if lives is not None and self.max_ttl is not None and lives > self.max_ttl:
            return (
                f"ttl: {in_words(lives)} is longer than {in_words(self.max_ttl)}, the longest for what this key may do."
            )
        return ""


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A *ruling* for whatever fits all that is said here; what is left empty fits everything.

    *scopes* are patterns such as ``*:write``, in any case, of which one has to fit one of the key's, or each of them
    where the ruling is milder than the usual one; a key that lives longer than
    *longer_than* fits that; *requesters* are roles, *channels* where the words were typed.
    """

    ruling: Ruling
    commands: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    longer_than: timedelta | None = None
    channels: frozenset[str] = frozenset()
    requesters: frozenset[str] = frozenset()

    def fits(self, asked: Asked, *, wholly: bool = False) -> bool:
        """Whether this rule is about *asked*; *wholly*: whether one of *scopes* fits each of the key's."""
        key = asked.plan if isinstance(asked.plan, KeyPlan) else None
        if self.commands and asked.command not in self.commands:
            return False
        if self.channels and asked.channel_id not in self.channels:
            return False
        if self.requesters and not asked.requester.roles & self.requesters:
            return False
        if self.scopes:
            fitting = [any(fnmatchcase(s.lower(), p.lower()) for p in self.scopes) for s in (key.scopes if key else ())]
            if not any(fitting) or (wholly and not all(fitting)):
                return False
        return self.longer_than is None or (key is not None and key.lives > self.longer_than)


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """The first of *rules* that fits holds, else *usual*. *gated* names further commands that wait for approval.

    *glass* are the roles that may break the glass; *remind_after* is the pause before the first reminder, each later
    one twice as long as the one before.
    """

    usual: Ruling
    rules: tuple[ApprovalRule, ...] = ()
    gated: frozenset[str] = frozenset()
    glass: frozenset[str] = frozenset()
    remind_after: timedelta | None = timedelta(hours=1)

    def ruling(self, asked: Asked) -> Ruling:
        """Return what holds for *asked*; a milder rule does not hold for a key that may do more than it names."""
        return next((one.ruling for one in self.rules if one.fits(asked, wholly=self._milder(one.ruling))), self.usual)

    def on_terms(self, request: ApprovalRequest) -> ApprovalRequest:
        """Return *request*; on the terms of today if it is from before there were any, when all were for create-key."""
        if request.terms.approvers:
            return request
        asked = Asked("create-key", request.plan, Principal(request.requester_id), "", request.reason)
        ruling = self.ruling(asked)
        return replace(request, terms=ruling.terms, channel_id=request.channel_id or ruling.channel_id)

    def _milder(self, ruling: Ruling) -> bool:
        return ruling.quota is not None or ruling.terms.yes < self.usual.terms.yes

    def reminding(self, settled: ApprovalRequest, now: datetime) -> ApprovalRequest:
        """Return *settled* with the first reminder of its requester, if there is a key to reveal."""
        pause = self.next_reminder(0)
        if settled.state is not State.APPROVED or not isinstance(settled.plan, KeyPlan) or pause is None:
            return settled
        return replace(settled, remind_at=now + pause)

    def next_reminder(self, reminded: int) -> timedelta | None:
        """Return the pause after *reminded* reminders; None without reminders."""
        return None if self.remind_after is None else self.remind_after * 2 ** min(reminded, 10)
