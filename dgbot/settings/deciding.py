"""Whether there are as many people as have to say yes, as far as the settings alone can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dgbot.settings.approvals import ApprovalSettings, RuleSettings, several

Known = Mapping[str, frozenset[str] | None]
"""The user ids of each role; None for one with user groups, whose members only Slack knows."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """So many *yes* of the *people* in the roles *who*, because of the setting *where*."""

    where: str
    yes: int
    who: str
    people: int

    def __str__(self) -> str:
        return f"{self.where} wants {self.yes} yes, and {self.who} {_people(self.people)}"


def too_many_yes(approvals: ApprovalSettings, known: Known) -> Iterator[str]:
    """Yield, for each setting that wants more yes than there are people who decide, what would fit."""
    for wanted in _wanted(approvals, known):
        if wanted.yes > wanted.people and not _by_default(approvals, wanted):
            yield f"{wanted}; name more users or a group there, or want at most {wanted.people}"


def just_enough(approvals: ApprovalSettings, known: Known) -> Iterator[str]:
    """Yield, in a sentence, for which requests there are too few, since nobody decides on their own."""
    for wanted in _wanted(approvals, known):
        if wanted.yes > wanted.people:
            if _by_default(approvals, wanted):
                yield f"{wanted}: keys with powerful scopes can't be approved."
        elif wanted.yes == wanted.people:
            yield f"{wanted}: what one of them asks for can't be approved, as nobody decides on their own request."


def _wanted(approvals: ApprovalSettings, known: Known) -> Iterator[_Wanted]:
    powerful = RuleSettings(yes=max(approvals.yes, approvals.powerful_yes))
    seen: set[tuple[frozenset[str], int]] = set()
    for where, rule in (
        ("approvals.yes", RuleSettings()),
        *((f"rule {number} of approvals.rules", rule) for number, rule in enumerate(approvals.rules, start=1)),
        ("approvals.powerful_yes", powerful),
    ):
        roles = several(rule.approvers) or several(approvals.approvers)
        yes, users = rule.yes or approvals.yes, [known[role] for role in roles]
        people = frozenset[str]().union(*(some for some in users if some is not None))
        if None not in users and (people, yes) not in seen:
            seen.add((people, yes))
            who = " or ".join(f"[roles.{role}]" for role in roles)
            yield _Wanted(where, yes, who, len(people))


def _by_default(approvals: ApprovalSettings, wanted: _Wanted) -> bool:
    """Whether it is the bot that wants so many, for keys that may never be asked for."""
    return wanted.where == "approvals.powerful_yes" and "powerful_yes" not in approvals.model_fields_set


def _people(number: int) -> str:
    return "has 1 person" if number == 1 else f"has {number} people"
