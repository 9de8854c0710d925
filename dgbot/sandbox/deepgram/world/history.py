"""The log of single requests: as many a day as the usage says, newest first, kept for 90 days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from dgbot.sandbox.deepgram.wire import Wire, rfc3339
from dgbot.sandbox.deepgram.world.chronicle import Callback
from dgbot.sandbox.deepgram.world.usage import DAY_SECONDS, Workload, elapsed, midnight, whole_day

RETENTION = timedelta(days=90)

_PENDING = timedelta(seconds=5)  # no response yet
_UNPRICED = timedelta(seconds=60)  # the response says 0 USD at first
_CALLBACK_URL = "https://batch.acme.test/transcripts"
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
    def accessor(self) -> str | None:
        """The id of the key that was used."""
        return self.workload.use.accessor

    @property
    def endpoint(self) -> str:
        """listen, speak or read."""
        return self.workload.use.endpoint

    @property
    def method(self) -> str:
        """sync, async or streaming."""
        return self.workload.use.method

    @property
    def deployment(self) -> str:
        """Where it was worked on."""
        return self.workload.use.deployment

    @property
    def status(self) -> int:
        """The HTTP status that the application got."""
        return 400 if self.failed else 200

    def as_wire(self, project_id: str, now: datetime, wire: Wire) -> dict[str, object]:
        """The request as it looks at *now*: without a response for 5 seconds, without a price for a minute."""
        use, age = self.workload.use, now - self.created
        shown: dict[str, object] = {
            "request_id": self.request_id,
            "project_uuid": project_id,
            "created": rfc3339(self.created),
            "path": f"/v1/{use.endpoint}?model={use.model}",
            "api_key_id": use.accessor,
            "deployment": use.deployment,
            "code": self.status,
            "response": None if age < _PENDING else _response(self, priced=age >= _UNPRICED),
        }
        if wire == "legacy":
            shown["accessor"] = use.accessor
        if use.method == "async" and age >= _PENDING:
            delivered = Callback(_CALLBACK_URL, 1, 200, self.created + timedelta(seconds=2))
            shown["callback"] = delivered.as_wire(wire)
        return shown


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


def most(workloads: Iterable[Workload], seed: int, *, now: datetime) -> int:
    """A number of requests that `records` can't exceed, without working out any of them."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=ago) for ago in range(RETENTION.days + 1)]
    return sum(whole_day(workload, day, seed)[1] for workload in workloads for day in days)


def find(workloads: Iterable[Workload], seed: int, request_id: str, *, now: datetime) -> Record | None:
    """The request with this id, if it exists and is still kept."""
    day = _day_of(request_id)
    if day is None or day > now.astimezone(UTC).date():
        return None
    found = records(workloads, seed, start=midnight(day), end=midnight(day) + timedelta(days=1), now=now)
    return next((record for record in found if record.request_id == request_id), None)


def _response(record: Record, *, priced: bool) -> dict[str, object]:
    completed = rfc3339(record.created + timedelta(seconds=1))
    if record.failed:
        return {"code": record.status, "completed": completed, "message": "The audio could not be decoded."}
    work, use = record.workload, record.workload.use
    seconds = record.units if work.unit == "seconds" else 0
    details = {
        "usd": (work.price * record.units).normalize() if priced else Decimal("0.0"),
        "duration": float(seconds),
        "total_audio": float(seconds),
        "channels": 1,
        "streams": 1,
        "method": use.method,
        "tier": use.model,
        "models": [use.model_id],
        "tags": list(use.tags),
        "features": sorted(use.features),
        "config": {"language": use.language, "model": use.model, **dict.fromkeys(sorted(use.features), True)},
    }
    response: dict[str, object] = {
        "details": details,
        "code": record.status,
        "completed": completed,
        "message": None,
    }
    if work.unit == "characters":
        segment = {"characters": record.units, "model": use.model, "tier": use.model}
        response["tts_details"] = {"duration": 0, "speech_segments": [segment]}
    if work.unit == "tokens":
        tokens = {"feature": "summarize", "input": record.units, "output": record.units // 4, "model": use.model}
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
