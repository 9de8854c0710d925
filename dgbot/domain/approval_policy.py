"""Who may ask for what, who decides, and how many of them: what the settings say about approval."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.request_states import State
from dgbot.domain.rulings import Asked, Ruling, strictest


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A *ruling* for whatever fits all that is said here; what is left empty fits everything.

    *scopes* are patterns such as ``*:write``, in any case, of which one has to fit one of the key's; a key that lives
    longer than *longer_than* fits that; *requesters* are roles, *channels* where the words were typed.
    """

    ruling: Ruling
    commands: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    longer_than: timedelta | None = None
    channels: frozenset[str] = frozenset()
    requesters: frozenset[str] = frozenset()

    def fits(self, asked: Asked) -> bool:
        """Whether this rule is about *asked*."""
        key = asked.plan if isinstance(asked.plan, KeyPlan) else None
        if self.commands and asked.command not in self.commands:
            return False
        if self.channels and asked.channel_id not in self.channels:
            return False
        if self.requesters and not asked.requester.roles & self.requesters:
            return False
        if self.scopes:
            pairs = itertools.product(key.scopes if key else (), self.scopes)
            if not any(fnmatchcase(scope.lower(), pattern.lower()) for scope, pattern in pairs):
                return False
        return self.longer_than is None or (key is not None and key.lives > self.longer_than)


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """The first of *rules* that fits holds, else *usual*; of a key, for each scope by itself.

    *gated* names further commands that wait for approval. *glass* are the roles that may break the glass;
    *remind_after* is the pause before the first reminder, each later one twice as long as the one before.
    """

    usual: Ruling
    rules: tuple[ApprovalRule, ...] = ()
    gated: frozenset[str] = frozenset()
    glass: frozenset[str] = frozenset()
    remind_after: timedelta | None = timedelta(hours=1)

    def ruling(self, asked: Asked) -> Ruling:
        """Return what holds for *asked*: the strictest of what would hold for a key of each of its scopes alone.

        So no rule holds for what a key may do beyond the scopes that the rule names. What has no scopes, a command or a
        key that names none, is looked at as a whole, and no rule about scopes fits it.
        """
        plan = asked.plan
        if not isinstance(plan, KeyPlan) or not plan.scopes:
            return self._first(asked)[1]
        alone = {scope: self._first(replace(asked, plan=replace(plan, scopes=(scope,)))) for scope in plan.scopes}
        return strictest({scope: ruling for scope, (_, ruling) in sorted(alone.items(), key=lambda one: one[1][0])})

    def on_terms(self, request: ApprovalRequest) -> ApprovalRequest:
        """Return *request*; on the terms of today if it is from before there were any, when all were for create-key."""
        if request.terms.approvers:
            return request
        asked = Asked("create-key", request.plan, Principal(request.requester_id), "", request.reason)
        ruling = self.ruling(asked)
        return replace(request, terms=ruling.terms, channel_id=request.channel_id or ruling.channel_id)

    def _first(self, asked: Asked) -> tuple[int, Ruling]:
        """Return the ruling that holds, and its place in the settings; whoever asks has no say in that order."""
        fitting = ((at, one.ruling) for at, one in enumerate(self.rules) if one.fits(asked))
        return next(fitting, (len(self.rules), self.usual))

    def reminding(self, settled: ApprovalRequest, now: datetime) -> ApprovalRequest:
        """Return *settled* with the first reminder of its requester, if there is a key to reveal."""
        pause = self.next_reminder(0)
        if settled.state is not State.APPROVED or not isinstance(settled.plan, KeyPlan) or pause is None:
            return settled
        return replace(settled, remind_at=now + pause)

    def next_reminder(self, reminded: int) -> timedelta | None:
        """Return the pause after *reminded* reminders; None without reminders."""
        return None if self.remind_after is None else self.remind_after * 2 ** min(reminded, 10)
