"""The operations on the log of single requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import islice

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import unknown
from dgbot.sandbox.deepgram.wire import read_moment
from dgbot.sandbox.deepgram.world.chronicle import Logged
from dgbot.sandbox.deepgram.world.history import find, most, records


def list_requests(call: Call) -> Json:
    """A page of requests, newest first; there is neither a count nor a next link."""
    limit, page = call.whole_number("limit", 10, 1, 1000), call.whole_number("page", 0, 0, 1_000_000)
    status = call.choice("status", "succeeded", "failed")
    method = call.choice("method", "sync", "async", "streaming")
    endpoint = call.choice("endpoint", "listen", "read", "speak", "agent")
    deployment = call.choice("deployment", "hosted", "beta", "self-hosted")
    accessor, request_id = call.parameter("accessor"), call.parameter("request_id")
    start, end = call.parameter("start"), call.parameter("end")

    first = read_moment("start", start) if start else None
    last = read_moment("end", end) if end else None
    named = iter(_all(call, accessor, first, last) if request_id is None else _one(call, request_id))
    found: Iterator[Logged] = (
        entry
        for entry in named
        if method in (None, entry.method)
        and endpoint in (None, entry.endpoint)
        and deployment in (None, entry.deployment)
        and accessor in (None, entry.accessor)
        and (status is None or entry.failed == (status == "failed"))
        and (first is None or first <= entry.created)
        and (last is None or entry.created <= last)
    )
    if page * limit >= len(call.project.entries) + most(call.project.workloads, call.project.seed, now=call.now):
        found = iter(())  # without working out every request of 90 days
    shown = islice(found, page * limit, (page + 1) * limit)
    return {"page": page, "limit": limit, "requests": [_described(call, record) for record in shown]}


def get_request(call: Call) -> Json:
    """One request."""
    for entry in _one(call, call.parts["request"]):
        described = _described(call, entry)
        return described if call.wire == "legacy" else {"request": described}
    raise unknown("request")


def _all(call: Call, accessor: str | None, first: datetime | None, last: datetime | None) -> Iterator[Logged]:
    project = call.project
    start, end = first or project.founded, last or call.now
    busy = [work for work in project.workloads if accessor in (None, work.use.accessor)]
    worked_out = records(busy, project.seed, start=start, end=end, now=call.now)
    written: list[Logged] = sorted(project.entries, key=lambda entry: entry.created, reverse=True)
    return merge(written, worked_out, key=lambda entry: entry.created, reverse=True)


def _one(call: Call, request_id: str) -> Iterator[Logged]:
    yield from (entry for entry in call.project.entries if entry.request_id == request_id)
    worked_out = find(call.project.workloads, call.project.seed, request_id, now=call.now)
    if worked_out is not None:
        yield worked_out


def _described(call: Call, entry: Logged) -> Json:
    return entry.as_wire(call.project.project_id, call.now, call.wire)
