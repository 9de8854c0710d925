"""Quiet hours as people write them: which channels, from when to when, in whose time."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dgbot.domain.alerting.hushing import QuietHours, QuietRoute
from dgbot.settings.kinds import ChannelId

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _time_of_day(value: object) -> object:
    if isinstance(value, time):  # TOML has times of its own
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError(f"{value!r} is not a time of day such as 22:00")
    return time.fromisoformat(value)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone such as Europe/Berlin") from None
    return name


def _known_days(value: object) -> object:
    for day in value if isinstance(value, list) else ():
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is not a day of the week; write {', '.join(WEEKDAYS)}")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


class QuietSettings(BaseModel):
    """``[alerts.quiet.<name>]``: these *channels* hear of nothing from *from* to *to*; what is critical may go through.

    *weekdays* are those on which the hours begin.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: Annotated[frozenset[ChannelId], Field(min_length=1)]
    begins: Annotated[TimeOfDay, Field(alias="from")]
    ends: Annotated[TimeOfDay, Field(alias="to")]
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    weekdays: Annotated[frozenset[Weekday], BeforeValidator(_known_days), Field(min_length=1)] = frozenset(WEEKDAYS)
    critical: Literal["through", "wait"] = "through"

    def route(self, name: str) -> QuietRoute:
        """Return it as the domain knows it."""
        days = frozenset(WEEKDAYS.index(day) for day in self.weekdays)
        hours = QuietHours(name, self.begins, self.ends, ZoneInfo(self.zone), days)
        return QuietRoute(hours, self.channels, lets_critical_through=self.critical == "through")
