"""What an evaluation finds at a moment of a script, in the place of checks that ask Deepgram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.outcomes import Cause, Empty, Fail, Outcome, Value
from dgbot.plugin.check import Check
from dgbot.plugin.context import Project
from dgbot.services.alerting.measuring import Reading, Readings, Watched
from dgbot.services.alerting.rehearsal.notation import Missing, Point, Stale
from dgbot.services.alerting.rehearsal.script import Script, Series

REASONS = {
    Cause.AUTH: "Deepgram refused the bot's key.",
    Cause.RATE: "Deepgram is asked too often.",
    Cause.NET: "Deepgram could not be reached.",
    Cause.API: "Deepgram answered with an error.",
    Cause.BUG: "The check broke.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Measures what *script* says; *checks* have the words for it."""

    script: Script

    @property
    def checks(self) -> dict[str, Check]:
        """The checks whose words are used."""
        return self.script.checks

    async def read(self, watched: Watched, now: datetime) -> Readings:
        """Return what there is now: of each thing a value, nothing, or why it could not be measured.

        What nothing of a project has is the project's: a refused key is found before anything is listed.
        """
        project = Project(watched.project_id, watched.project_id)
        mine = [one for one in self.script.series if (one.check, one.project) == (watched.check, watched.project_id)]
        points = [(one, point) for one in mine if not isinstance(point := self._point(one, now), Stale)]
        if points and all(isinstance(point, Missing | Cause) and point == points[0][1] for _, point in points):
            return Readings(project, {}, _failed(points[0][1]))
        found = dict(_reading(one, point, now) for one, point in points)
        return Readings(project, found, listed=True)

    def _point(self, series: Series, now: datetime) -> Point:
        at = (now - self.script.start) // self.script.interval
        return series.points[at] if at < len(series.points) else Stale()


def _failed(point: Point) -> Fail | Empty:
    return Fail(point, REASONS[point]) if isinstance(point, Cause) else Empty()


def _reading(series: Series, point: Point, now: datetime) -> tuple[str, Reading]:
    labels = {**series.labels, "project_id": series.project}
    outcome: Outcome = _failed(point) if isinstance(point, Missing | Stale | Cause) else Value(point, now)
    return fingerprint(labels), Reading(labels, outcome)
