"""Ways by labels to the channels that hear of alerts whose rules name none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dgbot.domain.alerting.labels import Labels, Matcher, fit
from dgbot.domain.alerting.levels import Severity

OPERATORS = "operators"
"""Stands for the operators' channel where no settings name it: it hears of what no route takes."""


@dataclass(frozen=True, slots=True)
class Route:
    """What fits all of *matchers* is told in *channel_id*, with *mentions* by severity; without matchers all does.

    The first route that fits is taken. With *goes_on* the next one that fits is taken as well.
    """

    matchers: tuple[Matcher, ...]
    channel_id: str
    mentions: Mapping[Severity, str] = field(default_factory=dict[Severity, str])
    goes_on: bool = False

    def hides(self, later: Route) -> bool:
        """Whether *later* can never be taken, because this one takes whatever fits it; if nothing else, False."""
        return not self.goes_on and set(self.matchers) <= set(later.matchers)


def taken(routes: Iterable[Route], labels: Labels) -> Iterator[Route]:
    """Yield those of *routes* that what has *labels* takes, in order."""
    for route in routes:
        if fit(route.matchers, labels):
            yield route
            if not route.goes_on:
                return
