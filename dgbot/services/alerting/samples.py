"""What a check returned, made sure of: checks are anybody's code, and what is kept has to be readable for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Context, Decimal
from itertools import islice

from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.charts import Chart
from dgbot.plugin.check import Detail, Sample

MOST = 10_000
"""Samples of one check in one project."""

MOST_DETAILS = MOST_LABELS = 20
LONGEST_LINE, LONGEST_LABEL, LONGEST_UNIT = 500, 200, 30
DIGITS = 15
"""An amount beyond so many digits before its point is a mistake, and below so many after it nothing."""


_LEAST, _ROOM = Decimal(1).scaleb(-DIGITS), Context(prec=2 * DIGITS + 1)


class BadSample(ValueError):
    """What a check returned is no sample; a sentence says why."""


def samples(found: object) -> tuple[list[Sample], bool]:
    """Return what a check *found*, and whether it listed all that there is; raises BadSample."""
    if isinstance(found, Sample):
        return [sound(found)], False
    if not isinstance(found, Iterable) or isinstance(found, str | bytes | Mapping):
        raise BadSample(f"It returned {_kind(found)} and no sample.")
    several = list(islice(found, MOST + 1))
    if len(several) > MOST:
        raise BadSample(f"It returned more than {MOST:,} samples.")
    return [sound(one) for one in several], True


def sound(one: object) -> Sample:
    """Return *one* with a Decimal for its value, and texts that can be kept; raises BadSample."""
    if not isinstance(one, Sample):
        raise BadSample(f"It returned {_kind(one)} where a sample belongs.")
    if one.at is not None:
        _zoned(one.at)
    unit, labels = " ".join(_text(one.unit, "unit", LONGEST_UNIT).split()), _labels(one.labels)
    return replace(one, value=_amount(one.value), unit=unit, labels=labels, detail=details(one.detail))


def kept(found: Iterable[object]) -> tuple[KeptReading, ...]:
    """Return what a check wants to remember, without what is no amount; raises BadSample."""
    return tuple(one for each in found if (one := _kept(each)) is not None)


def _kept(one: object) -> KeptReading | None:
    if not isinstance(one, KeptReading):
        raise BadSample(f"It keeps {_kind(one)}; ctx.keep takes what is to be kept.")
    read = one.reading
    _zoned(read.at)
    if read.amount is None or not (amount := _amount(read.amount)).is_finite():
        return None
    return KeptReading(
        _text(one.project_id, "project", LONGEST_LABEL),
        _text(one.series, "series", LONGEST_LABEL),
        _text(one.fingerprint, "fingerprint", LONGEST_LABEL),
        replace(read, amount=amount, unit=_text(read.unit, "unit", LONGEST_UNIT)),
    )


def details(found: object) -> tuple[Detail, ...]:
    """Return the lines and charts of a message, as far as there is room; raises BadSample. A text alone is one line."""
    if isinstance(found, str | Chart):
        found = (found,)
    if not isinstance(found, Iterable):
        raise BadSample(f"The detail of a sample is {_kind(found)}; it takes lines and charts.")
    return tuple(
        one if isinstance(one, Chart) else _text(one, "detail", LONGEST_LINE) for one in islice(found, MOST_DETAILS)
    )


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise BadSample(f"The value of a sample is {_kind(value)}; it takes a number.")
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        raise BadSample(f"The value of a sample has more than {DIGITS} digits.")
    amount = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not amount.is_finite():
        return Decimal("NaN") if amount.is_nan() else amount
    if amount.adjusted() >= DIGITS:
        raise BadSample(f"The value of a sample has more than {DIGITS} digits.")
    return amount.quantize(_LEAST, context=_ROOM) if _places(amount) > DIGITS else amount


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _zoned(at: object) -> None:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise BadSample("The time of a sample needs a zone; leave it out, or use ctx.now.")


def _labels(found: object) -> dict[str, str]:
    if not isinstance(found, Mapping):
        raise BadSample(f"The labels of a sample are {_kind(found)}; they take texts by name.")
    if len(found) > MOST_LABELS:
        raise BadSample(f"A sample has {len(found):,} labels; it takes {MOST_LABELS}.")
    return {_text(name, "label", LONGEST_LABEL): _text(value, "label", LONGEST_LABEL) for name, value in found.items()}


def _text(found: object, what: str, longest: int) -> str:
    if not isinstance(found, str):
        raise BadSample(f"The {what} of a sample is {_kind(found)}; it takes a text.")
    known = found.encode(errors="replace").decode()
    return known if len(known) <= longest else f"{known[: longest - 1]}…"


def _kind(found: object) -> str:
    return "nothing" if found is None else f"a value of the type {type(found).__name__[:50]}"
