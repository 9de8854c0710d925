"""The log of single requests: as many a day as the usage says, newest first, kept for 90 days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from dgbot.sandbox.deepgram.usage import DAY_SECONDS, Workload, elapsed, midnight, whole_day
from dgbot.sandbox.deepgram.wire import Shapes, rfc3339

RETENTION = timedelta(days=90)

_PENDING = timedelta(seconds=5)  # no response yet
_UNPRICED = timedelta(seconds=60)  # the response says 0 USD at first
_FAILURES = 250  # one request in so many fails


@dataclass(frozen=True)
class Record:
    """One request that an application made."""

    request_id: str
    workload: Workload
    created: datetime
    units: int
    failed: bool

    @property
    def status(self) -> int:
        """The HTTP status that the application got."""
        return 400 if self.failed else 200


def records(
    workloads: Iterable[Workload], seed: int, *, start: datetime, end: datetime, now: datetime
) -> Iterator[Record]:
    """Requests made from *start* to *end*, newest first; none from the future and none past retention."""
    lots = tuple(workloads)
    until, since = min(end, now).astimezone(UTC), max(start, now - RETENTION).astimezone(UTC)
    day = until.date()
    while day >= since.date():
        of_day = [record for workload in lots for record in _of_day(workload, day, seed, until=until)]
        of_day.sort(key=lambda record: (record.created, record.request_id), reverse=True)
        yield from (record for record in of_day if since <= record.created <= until)
        day -= timedelta(days=1)


def find(workloads: Iterable[Workload], seed: int, request_id: str, *, now: datetime) -> Record | None:
    """The request with this id, if it exists and is still kept."""
    day = _day_of(request_id)
    if day is None:
        return None
    found = records(workloads, seed, start=midnight(day), end=midnight(day) + timedelta(days=1), now=now)
    return next((record for record in found if record.request_id == request_id), None)


def as_wire(record: Record, project_id: str, now: datetime, shapes: Shapes) -> dict[str, object]:
    """*record* as the API shows it at *now*: without a response for 5 seconds, without a price for a minute."""
    work, age = record.workload, now - record.created
    shown: dict[str, object] = {
        "request_id": record.request_id,
        "project_uuid": project_id,
        "created": rfc3339(record.created),
        "path": f"/v1/{work.endpoint}?model={work.model}",
        "api_key_id": work.accessor,
        "deployment": "hosted",
        "code": record.status,
        "response": None if age < _PENDING else _response(record, priced=age >= _UNPRICED),
    }
    if shapes == "older":
        shown["accessor"] = work.accessor
    if work.method == "async" and age >= _PENDING:
        completed = rfc3339(record.created + timedelta(seconds=2))
        shown["callback"] = (
            "https://batch.acme.test/transcripts"
            if shapes == "spec"
            else {"attempts": 1, "code": 200, "completed": completed}
        )
    return shown


def _response(record: Record, *, priced: bool) -> dict[str, object]:
    completed = rfc3339(record.created + timedelta(seconds=1))
    if record.failed:
        return {"code": record.status, "completed": completed, "message": "The audio could not be decoded."}
    work = record.workload
    seconds = record.units if work.unit == "seconds" else 0
    details = {
        "usd": (work.price * record.units).normalize() if priced else Decimal("0.0"),
        "duration": float(seconds),
        "total_audio": float(seconds),
        "channels": 1,
        "streams": 1,
        "method": work.method,
        "tier": work.model,
        "models": [work.model_id],
        "tags": list(work.tags),
        "features": sorted(work.features),
        "config": {"language": work.language, "model": work.model, **dict.fromkeys(sorted(work.features), True)},
    }
    response: dict[str, object] = {
        "details": details,
        "code": record.status,
        "completed": completed,
        "message": None,
    }
    if work.unit == "characters":
        segment = {"characters": record.units, "model": work.model, "tier": work.model}
        response["tts_details"] = {"duration": 0, "speech_segments": [segment]}
    if work.unit == "tokens":
        tokens = {"feature": "summarize", "input": record.units, "output": record.units // 4, "model": work.model}
        response["token_details"] = [tokens]
    return response


def _of_day(workload: Workload, day: date, seed: int, *, until: datetime) -> Iterator[Record]:
    units, requests = whole_day(workload, day, seed)
    begin = elapsed(day, workload.born)
    end = elapsed(day, until if workload.ends is None else min(until, workload.ends))
    random = Random(f"{seed}:{day}:{workload.number}:requests")  # noqa: S311
    for index in range(requests):
        second = -(-(index + 1) * DAY_SECONDS // requests)  # when the day's usage counts it
        failed, tail = random.randrange(_FAILURES) == 0, random.getrandbits(48)
        if begin < second <= end:
            request_id = (
                f"{day.toordinal():08x}-{workload.number:04x}-4{index >> 12:03x}-8{index & 4095:03x}-{tail:012x}"
            )
            created = midnight(day) + timedelta(seconds=second)
            yield Record(request_id, workload, created, units // requests, failed)


def _day_of(request_id: str) -> date | None:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request_id):
        return None
    try:
        return date.fromordinal(int(request_id[:8], 16))
    except (ValueError, OverflowError):
        return None
