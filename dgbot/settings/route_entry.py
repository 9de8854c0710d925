"""One ``[[route]]`` of a rules file: what takes it, where it leads, and whom it calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dgbot.domain.alerting.labels import Matcher, matcher
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.mentions import read_calls, written
from dgbot.domain.alerting.routes import Route
from dgbot.settings.kinds import ChannelId


def _mention(text: str) -> str:
    return written(read_calls(text))


def _matcher(value: object) -> Matcher:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is not a matcher such as "severity=critical"')  # noqa: TRY004  # for pydantic
    try:
        read = matcher(value)
    except ValueError as error:
        raise ValueError(str(error).rstrip(".")) from None
    if read.label == "severity" and read.kind in {"=", "!="} and read.value not in {*Severity}:
        raise ValueError(f"{value!r} fits no alert; the severities are {', '.join(Severity)}")
    return read


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Mentioned = Annotated[str, AfterValidator(_mention)]
"""Whom a message calls, as people write it; read as Slack writes it."""

Mentions = dict[Severity, Mentioned]


class RouteEntry(BaseModel):
    """``[[route]]``: alerts of rules without a channel whose labels fit all of *match* are told in *channel*."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    match: Annotated[
        list[Annotated[Matcher, BeforeValidator(_matcher)]], BeforeValidator(_several), Field(max_length=20)
    ] = []
    channel: ChannelId
    mention: Mentions = {}
    goes_on: Annotated[bool, Field(alias="continue")] = False

    def route(self) -> Route:
        """Return it as the domain knows it."""
        return Route(tuple(self.match), self.channel, self.mention, self.goes_on)


def unreachable(routes: Sequence[tuple[int, Route]]) -> Iterator[tuple[int, int]]:
    """Yield each of the numbered *routes* that nothing can take, with the earlier one that takes all of it."""
    for at, (number, route) in enumerate(routes):
        hiding = next((earlier for earlier, one in routes[:at] if one.hides(route)), None)
        if hiding is not None:
            yield number, hiding
