"""Which usage a report is asked for: its days, and the filters in the query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from heapq import merge

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import bad_query
from dgbot.sandbox.deepgram.wire import read_day
from dgbot.sandbox.deepgram.world.usage import Slice, Use, slices
from dgbot.sandbox.deepgram.world.world import Project

_NAMED = ("start", "end", "accessor", "tag", "model", "method", "deployment", "endpoint", "grouping", "line_item")
_METHODS = ("sync", "async", "streaming")
_DEPLOYMENTS = ("hosted", "beta", "self-hosted")
_ENDPOINTS = ("listen", "read", "speak", "agent")


def usage(call: Call) -> Iterator[Slice]:
    """The slices that the query asks for, by day."""
    matches = _filter(call)
    return (item for item in _everything(call) if matches(item.use))


def active_uses(call: Call) -> list[Use]:
    """Whatever was used on the days that are asked for, whatever the filters say."""
    return list(dict.fromkeys(item.use for item in _everything(call)))


def frame(call: Call) -> Json:
    """The beginning of every report: from when to when, and that it counts days."""
    first, last = _span(call)
    return {**dates(first, last), "resolution": {"units": "day", "amount": 1}}


def dates(first: date, last: date | None = None) -> Json:
    """A span of days as the wire has it; one day without *last*."""
    return {"start": first.isoformat(), "end": (last or first).isoformat()}


def _everything(call: Call) -> Iterator[Slice]:
    """Every slice of the days that are asked for, by day."""
    first, last = _span(call)
    project = call.project
    worked_out = slices(project.workloads, project.seed, max(first, project.founded.date()), last, until=call.now)
    written = sorted((item for item in project.days if first <= item.day <= last), key=lambda item: item.day)
    return merge(written, worked_out, key=lambda item: item.day)


def _span(call: Call) -> tuple[date, date]:
    start, end = call.parameter("start"), call.parameter("end")
    first = read_day("start", start) if start else _first_day(call.project)
    last = read_day("end", end) if end else call.now.date()
    if first > last:
        raise bad_query(f"start: {first} is after the end, {last}.")
    return first, last


def _first_day(project: Project) -> date:
    born = [work.born.date() for work in project.workloads] + [item.day for item in project.days]
    return min(born, default=project.founded.date())


def _filter(call: Call) -> Callable[[Use], bool]:
    accessor, tag, model = call.parameter("accessor"), call.parameter("tag"), call.parameter("model")
    method = call.choice("method", *_METHODS)
    endpoint = call.choice("endpoint", *_ENDPOINTS)
    deployment = call.choice("deployment", *_DEPLOYMENTS)
    # whatever else is in the query is the name of a feature, misspelt or not
    features = {name: call.choice(name, "true", "false") for name in call.query if name not in _NAMED}
    wanted = {name for name, value in features.items() if value == "true"}
    unwanted = {name for name, value in features.items() if value == "false"}

    def matches(use: Use) -> bool:
        return (
            accessor in (None, use.accessor)
            and (tag is None or tag in use.tags)
            and model in (None, use.model_id)
            and method in (None, use.method)
            and endpoint in (None, use.endpoint)
            and deployment in (None, use.deployment)
            and (not wanted or bool(wanted & use.features))
            and not unwanted & use.features
        )

    return matches
