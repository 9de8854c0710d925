"""What keeps the bot from seeing, in words: while it lasts, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.names import one_line
from dgbot.domain.replies import Note, Reply, Text

CAUSES = {
    Cause.AUTH: "Deepgram refuses the bot's key",
    Cause.RATE: "Deepgram answers that the bot asks too often",
    Cause.NET: "Deepgram can't be reached",
    Cause.API: "Deepgram answers with errors",
    Cause.BUG: "a check is broken",
}
OVER = {
    Cause.AUTH: "Deepgram takes the bot's key",
    Cause.RATE: "Deepgram answers as often as it is asked",
    Cause.NET: "Deepgram can be reached",
    Cause.API: "Deepgram answers without errors",
    Cause.BUG: "the checks work",
}

CLOCK, CLOCK_AHEAD = "clock", "clock:ahead"
"""The scopes of a clock that was set back, and of one that was set back because it had been wrong."""


@dataclass(slots=True)
class Blind:
    """What one scope keeps from being seen: projects and rules by id, with their names."""

    since: datetime
    projects: dict[str, str] = field(default_factory=dict[str, str])
    rules: dict[str, str] = field(default_factory=dict[str, str])
    reason: str = ""


def standing_words(trouble: Trouble, blind: list[Blind]) -> Reply:
    """Return the message of *trouble* while it lasts; *blind* is what can't be seen, by what belongs to it."""
    if trouble.kind == CLOCK:
        small = Note(("It said ", trouble.since, " · alerts keep their last state"))
        return Reply("🟡 The bot's clock was set back", (Text(blind[0].reason), small))
    projects = sorted({name for one in blind for name in one.projects.values()})
    rules = sorted({(rule_id, name) for one in blind for rule_id, name in one.rules.items()})
    what = CAUSES[Cause(project_of(trouble))] if trouble.kind == "error" else "there is no data"
    reasons = [one.reason for one in blind if one.reason]
    reason = f"{'Such as: ' if len(set(reasons)) > 1 else ''}{reasons[0]}" if reasons else ""
    who = f"{len(projects)} projects and " if len(projects) > 1 else ""
    names = _listed(sorted({name for _, name in rules})) if not who else f"{len(rules)} rule{'s' * (len(rules) > 1)}"
    small = Note(
        (
            "Since ",
            min(one.since for one in blind),
            f" · {who}{names} can't see · alerts keep their last state",
        )
    )
    return Reply(f"🟡 {_listed(projects)}: {what}", (Text(reason), small) if reason else (small,))


def over_words(
    trouble: Trouble, projects: Sequence[str], now: datetime, *, instead: Cause | None = None, gone: Sequence[str] = ()
) -> Reply:
    """Return the message of *trouble* that is over *now*, for the *projects* of those names.

    *instead* is why they still can't be seen; those that are *gone* never will be.
    """
    if trouble.kind == CLOCK:
        return Reply("🟢 The bot's clock goes on", (Note(("It was behind from ", trouble.since, " to ", now)),))
    no_more = f"{_listed(gone)} {'is' if len(gone) == 1 else 'are'} no more"
    if gone and not projects:
        headline = f"⚪ {no_more}"
    elif instead is not None:
        was = CAUSES[Cause(project_of(trouble))] if trouble.kind == "error" else f"No data of {_listed(projects)}"
        headline = f"⚪ {was[0].upper()}{was[1:]}: that is over, but {CAUSES[instead]}"
    elif trouble.kind == "error":
        headline = f"🟢 The bot sees again: {OVER[Cause(project_of(trouble))]}"
    else:
        headline = f"🟢 {_listed(projects)}: data is back"
    rest = f" · {no_more}" if gone and projects else ""
    return Reply(headline, (Note(("It could not see from ", trouble.since, " to ", now, rest)),))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(one_line, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def project_of(trouble: Trouble) -> str:
    """Return the id of the project of which data is missing, or the cause for which nothing can be measured."""
    return trouble.scope.partition(":")[2].partition("@")[0]
