"""What quiet hours put off, told together at their end: one message, and each alert in its thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.hushing import QuietRoute
from dgbot.services.alerting.bulletins import AlertLine, opening
from dgbot.services.alerting.gathering import summary_of, under


@dataclass(frozen=True, slots=True)
class PutOff:
    """An alert that *route* has put off, and what saving it says, in a *headline*; *excess* is how bad it is."""

    route: QuietRoute
    channel_id: str
    headline: str
    saved: Evaluated
    excess: Decimal = Decimal(0)


def together(put_off: Sequence[PutOff], *, came_and_went: int, now: datetime) -> Iterator[Evaluated]:
    """Yield what saves the alerts of one channel and its quiet hours: two or more under one summary.

    Each brings the summary along, and it is kept once: whichever is saved first posts it.
    """
    if len(put_off) < 2:
        yield from (one.saved for one in put_off)
        return
    hours, channel_id = put_off[0].route.hours, put_off[0].channel_id
    about = f"quiet:{hours.name}:{channel_id}:{now.astimezone(hours.zone):%Y-%m-%d}"
    bulletin = Bulletin(about, channel_id, now, len(put_off), len(put_off))
    told = [AlertLine(one.saved.after.severity, one.headline, one.excess) for one in put_off]
    went = f"{came_and_went} came and went meanwhile · " if came_and_went else ""
    reply = opening(bulletin, told, first="Quiet hours are over: ", small=went)
    summary = summary_of(bulletin, reply, [one.saved for one in put_off])
    yield from (under(one.saved, bulletin, summary) for one in put_off)
