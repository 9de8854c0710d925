"""A file of readings, and what is printed of their forecast."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec

from dgbot.cli.sample_places import Places
from dgbot.domain.forecast.curve import Jump
from dgbot.domain.forecast.outlook import Forecast
from dgbot.domain.forecast.profile import WeekdayProfile
from dgbot.domain.forecast.readings import AHEAD, LARGEST, Reading, is_amount
from dgbot.domain.forecast.words import empty_about
from dgbot.settings.files import TooLarge, contents

LARGEST_FILE = 50_000_000
YEARS = range(2000, 2101)
_SHAPE = '{"unit": ..., "now": ..., "samples": [[time, amount], ...]}'


class SamplesError(Exception):
    """What was given can't be forecast; the message says where it stands and what would fit."""


class _Sample(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    at: str
    amount: Decimal | None
    unit: str | None = None


class _Samples(msgspec.Struct):
    unit: str
    now: str
    samples: list[_Sample]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file of readings asks for: a forecast in *unit* as of *now*."""

    unit: str
    now: datetime
    readings: tuple[Reading, ...]


def read(path: Path) -> Asked:
    """Return what *path* holds, or raise `SamplesError`."""
    try:
        content = contents(path, LARGEST_FILE)
    except TooLarge:
        large = f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; a reading an hour is enough."
        raise SamplesError(large) from None
    except OSError as error:
        raise SamplesError(f"{path} can't be read: {error.strerror}.") from error
    places = Places(path, content)
    try:
        given = msgspec.json.decode(content, type=_Samples)
    except msgspec.ValidationError as error:
        where, told = places.refused(str(error))
        raise SamplesError(f"{where}: {told}; {_SHAPE} would fit.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SamplesError(
            f"{places.byte(str(error))}: this is no JSON ({str(error).removeprefix('JSON is malformed: ')}). "
            "Amounts must be numbers or null; NaN and Infinity are neither."
        ) from error
    if not given.unit.strip():
        raise SamplesError(f"{path}: unit is empty; name one, such as usd or hour.")
    now = _time(given.now, lambda: f"{path}: now")
    readings = (
        _reading(sample, given.unit, now, partial(places.sample, at)) for at, sample in enumerate(given.samples)
    )
    return Asked(given.unit, now, tuple(readings))


def zone_of(name: str) -> tzinfo:
    """Return the time zone called *name*."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SamplesError(
            f"--zone: {name!r} is no time zone; an IANA name such as Europe/Berlin would fit."
        ) from error


def as_object(told: Forecast) -> str:
    """Return the forecast as one JSON object."""
    found = {
        "balance": None if told.balance is None else float(told.balance),
        "topups": [_jump(jump) for jump in told.topups],
        "steps": [_jump(jump) for jump in told.steps],
        "daily_spend": [[day.date, day.amount] for day in told.daily_spend],
        "profile": told.profile and told.profile.means,
        "days_left": told.days_left,
        "confidence": told.confidence,
    }
    return msgspec.json.encode(found).decode()


def as_text(told: Forecast, now: datetime, zone: tzinfo) -> str:
    """Return the forecast as lines for people."""
    lines = [
        f"Balance: {_money(told.balance, told.unit)}" if told.balance is not None else "Balance: no reading counts"
    ]
    if told.profile is None:
        lines.append("Not enough data: a forecast needs 8 readings and 3 whole days.")
    elif told.profile.rate <= 0:
        lines.append("Not in use: nothing was spent.")
    else:
        lines += [_rate(told.profile, told.unit), _capital(empty_about(told.days_left, now, zone))]
        lines += [f"Trend this week: {_money(told.trend, told.unit)} a day"] if told.trend is not None else []
    for name, jumps in (("top-up", told.topups), ("one-off step", told.steps)):
        if jumps:
            when = jumps[-1].before.astimezone(zone)
            lines.append(f"Last {name}: {_money(jumps[-1].amount, told.unit)} on {when.day} {when:%b}")
    return "\n".join([*lines, f"Confidence: {told.confidence}"])


def _rate(profile: WeekdayProfile, unit: str) -> str:
    rate = f"Spending: {_money(profile.rate, unit)} a day"
    week, weekend = (_money(sum(days) / len(days), unit) for days in (profile.means[:5], profile.means[5:]))
    return rate if week == weekend else f"{rate} ({week} on weekdays, {weekend} at weekends)"


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _money(amount: Decimal | float, unit: str) -> str:
    return f"{amount:,.2f} {unit}"


def _jump(jump: Jump) -> dict[str, datetime | float]:
    return {"after": jump.after, "before": jump.before, "amount": jump.amount}


def _reading(sample: _Sample, unit: str, now: datetime, where: Callable[[], str]) -> Reading:
    at = _time(sample.at, where)
    if at > now + AHEAD:
        raise SamplesError(f"{where()}: {sample.at} lies after now; a reading is at most {_minutes()} minutes ahead.")
    if sample.unit not in (None, unit):
        raise SamplesError(
            f"{where()} is in {sample.unit!r} and the file in {unit!r}; units are never added, make a file for each."
        )
    if sample.amount is not None and not is_amount(sample.amount):
        raise SamplesError(f"{where()}: {sample.amount} is no balance; a number up to {LARGEST:,} or null would fit.")
    return Reading(at, sample.amount, unit)


def _time(text: str, where: Callable[[], str]) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SamplesError(f"{where()}: {text!r} is no time; 2026-06-11T00:00:00Z would fit.") from None
    if found.tzinfo is None:
        raise SamplesError(f"{where()}: {text!r} names no time zone; end it with Z or an offset such as +02:00.")
    if found.year not in YEARS:
        raise SamplesError(f"{where()}: {text!r} is out of range; years from {YEARS[0]} to {YEARS[-1]} fit.")
    return found.astimezone(UTC)


def _minutes() -> int:
    return int(AHEAD.total_seconds() // 60)
