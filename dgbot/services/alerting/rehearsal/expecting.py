"""What a rehearsal has to lead to; a post that nobody expected is as wrong as one that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Act
from dgbot.services.alerting.rehearsal.performance import Performance, Said, Standing, Unsaid


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post that has to be; whatever is empty may be anything."""

    act: str
    why: str = ""
    contains: tuple[str, ...] = ()
    mention: str = ""
    channel: str = ""
    rule: str = ""
    project: str = ""

    def fits(self, said: Said) -> bool:
        """Whether *said* is what is wanted."""
        return (
            said.act == self.act
            and self.why in {"", said.why}
            and self.channel in {"", said.channel}
            and self.rule in {"", said.rule}
            and self.project in {"", said.labels.get("project", "")}
            and all(part in said.text for part in self.contains)
            and (not self.mention or self.mention in said.mentions or self.mention in said.text)
        )

    def __str__(self) -> str:
        told = [f"{self.act} {self.why}".strip()]
        told += [f"in {self.channel}"] if self.channel else []
        told += [f"of {self.rule}"] if self.rule else []
        told += [f"about {self.project}"] if self.project else []
        told += [f"with {part!r}" for part in self.contains]
        return ", ".join([*told, f"mentioning {self.mention}"] if self.mention else told)


@dataclass(frozen=True, slots=True)
class Moment:
    """What has to be at one moment, as line *line* of the test says: posts, and where what *rule* watches stands.

    *level* ``none`` is no level. *kept_back* is why something was not posted at that moment, such as ``silence``.
    """

    at: datetime
    line: int
    posts: tuple[Wanted, ...] = ()
    state: Phase | None = None
    level: Severity | None = None
    no_level: bool = False
    rule: str = ""
    project: str = ""
    kept_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """How it came otherwise at a moment, as lines: ``-`` is missing, ``+`` was not expected, ``!`` is different."""

    at: datetime
    lines: tuple[str, ...]


def mistakes(performance: Performance, moments: Sequence[Moment], *, any_edits: bool = False) -> list[Mistake]:
    """Return where *performance* is not as *moments* say, in order; with *any_edits* more edits are no mistake."""
    times = {one.at for one in moments} | {one.at for one in performance.said} | {one.at for one in performance.futile}
    found = []
    for at in sorted(times):
        now = [one for one in moments if one.at == at]
        lines = [f"! {one.by} has nothing to do: {one.reason}" for one in performance.futile if one.at == at]
        for moment in now:
            lines += _differences(moment, performance)
        said = [one for one in performance.said if one.at == at]
        unsaid = [one for one in performance.unsaid if one.at == at]
        lines += _posts([wanted for moment in now for wanted in moment.posts], said, unsaid, any_edits=any_edits)
        if lines:
            found.append(Mistake(at, tuple(lines)))
    return found


def _differences(moment: Moment, performance: Performance) -> Iterator[str]:
    if moment.state is not None or moment.level is not None or moment.no_level:
        standing = _latest(moment, performance.standings)
        if not standing:
            about = " ".join(
                filter(None, (moment.rule and f"of {moment.rule}", moment.project and f"about {moment.project}"))
            )
            yield f"! nothing {about or 'at all'} was evaluated yet (line {moment.line})"
        for one in standing:
            name = f"{one.rule} of {one.labels.get('project', '')}"
            if moment.state not in {None, one.phase}:
                yield f"! {name} is {one.phase}, expected {moment.state} (line {moment.line})"
            if (moment.level or moment.no_level) and one.severity != moment.level:
                level = moment.level or "none"
                yield f"! {name} has the level {one.severity or 'none'}, expected {level} (line {moment.line})"
    reasons = [one.because for one in performance.unsaid if one.at == moment.at]
    for because in moment.kept_back:
        if not any(reason == because or reason.startswith(f"{because}:") for reason in reasons):
            yield f"! nothing was kept back by {because} (line {moment.line})"


def _latest(moment: Moment, standings: Iterable[Standing]) -> list[Standing]:
    """Return where each instance that *moment* is about stands at it."""
    latest: dict[str, Standing] = {}
    for one in standings:
        about = moment.rule in {"", one.rule} and moment.project in {"", one.labels.get("project", "")}
        if about and one.at <= moment.at:
            latest[repr(sorted(one.labels.items()))] = one
    return [one for one in latest.values() if one.phase is not None]


def _posts(wanted: list[Wanted], said: list[Said], unsaid: list[Unsaid], *, any_edits: bool) -> Iterator[str]:
    partner = _partners(wanted, said)
    for index, one in enumerate(wanted):
        if index not in partner:
            kept = sorted({other.because for other in unsaid if other.act == one.act and one.why in {"", other.why}})
            yield f"- {one}" + (f" (kept back by {', '.join(kept)})" if kept else "")
    met = set(partner.values())
    for index, post in enumerate(said):
        if index not in met and not (any_edits and (post.act == Act.EDIT or post.why == "changed")):
            yield f"+ {line_of(post)}"


def _partners(wanted: list[Wanted], said: list[Said]) -> dict[int, int]:
    """Return which of *said* is which of *wanted*, for as many as can be: one that fits two leaves each its own."""
    taken: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for other, post in enumerate(said):
            if other not in tried and wanted[one].fits(post):
                tried.add(other)
                if other not in taken or place(taken[other], tried):
                    taken[other] = one
                    return True
        return False

    for one in range(len(wanted)):
        place(one, set())
    return {one: other for other, one in taken.items()}


def line_of(post: Said) -> str:
    """Return *post* in one line."""
    return f"{post.act} {post.why}".strip() + f", in {post.channel}: {post.text.splitlines()[0]}"
