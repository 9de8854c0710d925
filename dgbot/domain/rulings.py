"""What holds for a request, and what holds for one that asks for several things of which different rulings hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan, Plan
from dgbot.domain.spans import in_words
from dgbot.domain.votes import Terms


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
    """What holds for a request.

    Each of *patterns* is found in the reason. *torn* says why nobody could decide on the whole, where different people
    decide on its parts.
    """

    terms: Terms
    channel_id: str
    request_lasts: timedelta = timedelta(hours=8)
    reason: Literal["optional", "required"] = "optional"
    patterns: tuple[re.Pattern[str], ...] = ()
    max_ttl: timedelta | None = None
    quota: Quota | None = None
    torn: str = ""

    def objection(self, asked: Asked) -> str:
        """Return, as a sentence, why this can't be asked; empty if it can."""
        if objection := self.terms.objection(asked.requester):
            return objection
        if self.torn:
            return self.torn
        if self.reason == "required" and not asked.reason:
            return 'reason: say why; whoever decides reads it (--reason "...").'
        for pattern in self.patterns:
            if not pattern.search(asked.reason):
                return f"reason: it has to match {pattern.pattern}, such as the settings want it."
        lives = asked.plan.lives if isinstance(asked.plan, KeyPlan) else None
        if lives is not None and self.max_ttl is not None and lives > self.max_ttl:
            return (
                f"ttl: {in_words(lives)} is longer than {in_words(self.max_ttl)}, the longest for what this key may do."
            )
        return ""


def strictest(rulings: Mapping[str, Ruling]) -> Ruling:
    """Return what holds for a key of these scopes, each of which would have its own of *rulings* by itself.

    Of every limit the narrowest, of every demand all; the channel of the first. Where different people decide, the
    ruling is torn, and only who may decide on each scope could decide on the whole.
    """
    first, *others = each = list(dict.fromkeys(rulings.values()))
    if not others:
        return first
    common = set(first.terms.approvers).intersection(*(one.terms.approvers for one in others))
    return replace(
        first,
        terms=Terms(
            approvers=tuple(role for role in first.terms.approvers if role in common),
            yes=max(one.terms.yes for one in each),
            no=min(one.terms.no for one in each),
            reveal_within=min(one.terms.reveal_within for one in each),
            askers=tuple(dict.fromkeys(roles for one in each for roles in one.terms.askers)),
        ),
        request_lasts=min(one.request_lasts for one in each),
        reason="required" if any(one.reason == "required" for one in each) else "optional",
        patterns=tuple(dict.fromkeys(pattern for one in each for pattern in one.patterns)),
        max_ttl=min((one.max_ttl for one in each if one.max_ttl is not None), default=None),
        quota=first.quota if all(one.quota == first.quota for one in others) else None,
        torn=_torn(rulings),
    )


def _torn(rulings: Mapping[str, Ruling]) -> str:
    scopes: dict[frozenset[str], list[str]] = {}
    for scope, ruling in rulings.items():
        scopes.setdefault(frozenset(ruling.terms.approvers), []).append(scope)
    if len(scopes) == 1:
        return ""
    decide = "; ".join(f"{' or '.join(sorted(who))} on {', '.join(what)}" for who, what in scopes.items())
    return f"scopes: different people decide on them ({decide}). Ask for a key each."
