"""The operations on the log of single requests."""

from __future__ import annotations

from itertools import islice

from dgbot.sandbox.deepgram.call import Call, Json
from dgbot.sandbox.deepgram.history import Record, as_wire, find, records
from dgbot.sandbox.deepgram.wire import read_moment, unknown


def list_requests(call: Call) -> Json:
    """A page of requests, newest first; there is neither a count nor a next link."""
    limit, page = call.whole_number("limit", 10, 1, 1000), call.whole_number("page", 0, 0, 1_000_000)
    status = call.choice("status", "succeeded", "failed")
    method = call.choice("method", "sync", "async", "streaming")
    endpoint = call.choice("endpoint", "listen", "read", "speak", "agent")
    deployment = call.choice("deployment", "hosted", "beta", "self-hosted")
    accessor, request_id = call.parameter("accessor"), call.parameter("request_id")
    start, end = call.parameter("start"), call.parameter("end")

    works = [
        work
        for work in call.workloads
        if method in (None, work.method)
        and endpoint in (None, work.endpoint)
        and deployment in (None, "hosted")
        and accessor in (None, work.accessor)
    ]
    first = read_moment("start", start) if start else call.project.founded
    last = read_moment("end", end) if end else call.now
    if request_id is None:
        found = records(works, call.project.seed, start=first, end=last, now=call.now)
    else:
        named = find(works, call.project.seed, request_id, now=call.now)
        found = iter([] if named is None or not first <= named.created <= last else [named])
    if status is not None:
        found = (record for record in found if record.failed == (status == "failed"))
    shown = islice(found, page * limit, (page + 1) * limit)
    return {"page": page, "limit": limit, "requests": [_described(call, record) for record in shown]}


def get_request(call: Call) -> Json:
    """One request."""
    record = find(call.workloads, call.project.seed, call.parts["request"], now=call.now)
    if record is None:
        raise unknown("request")
    described = _described(call, record)
    return described if call.shapes == "older" else {"request": described}


def _described(call: Call, record: Record) -> Json:
    return as_wire(record, call.project.project_id, call.now, call.shapes)
