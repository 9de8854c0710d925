"""The operations on usage and spending: sums over the days' slices, in several groupings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from dgbot.sandbox.deepgram.call import Call, Json
from dgbot.sandbox.deepgram.usage import Slice, Workload, slices
from dgbot.sandbox.deepgram.wire import bad_query, read_day

_NAMED = ("start", "end", "accessor", "tag", "model", "method", "deployment", "endpoint", "grouping", "line_item")
_USAGE_GROUPS = ("accessor", "endpoint", "feature_set", "models", "method", "tags", "deployment")
_BILLING_GROUPS = ("accessor", "deployment", "line_item", "tags")

_METHODS = ("sync", "async", "streaming")
_DEPLOYMENTS = ("hosted", "beta", "self-hosted")
_ENDPOINTS = ("listen", "read", "speak", "agent")


def summary(call: Call) -> Json:
    """Usage by day."""
    results = [
        {
            **_dates(day),
            "hours": sum(item.hours for item in items),
            "total_hours": sum(item.total_hours for item in items),
            "requests": sum(item.requests for item in items if item.workload.endpoint != "speak"),
            "tokens": {
                "in": sum(item.tokens_in for item in items),
                "out": sum(item.tokens_out for item in items),
            },
            "tts": {
                "characters": sum(item.characters for item in items),
                "requests": sum(item.requests for item in items if item.workload.endpoint == "speak"),
            },
        }
        for (day, _), items in _grouped(_usage(call), lambda _: ()).items()
    ]
    return {**_frame(call), "results": results}


def usage_breakdown(call: Call) -> Json:
    """Usage by day and, with a grouping, by one property more."""
    grouping = call.choice("grouping", *_USAGE_GROUPS)
    names = () if grouping is None else (grouping,)
    results = [
        {
            "hours": sum(item.hours for item in items),
            "total_hours": sum(item.total_hours for item in items),
            "agent_hours": 0.0,
            "tokens_in": sum(item.tokens_in for item in items),
            "tokens_out": sum(item.tokens_out for item in items),
            "tts_characters": sum(item.characters for item in items),
            "requests": sum(item.requests for item in items),
            "grouping": {**_dates(day), **_group(call, _USAGE_GROUPS, names, items[0].workload)},
        }
        for (day, _), items in _grouped(_usage(call), lambda work: _mark(names, work)).items()
    ]
    return {**_frame(call), "results": results}


def billing_breakdown(call: Call) -> Json:
    """USD by day and, with groupings, by further properties."""
    names = call.query.get("grouping", ())
    for name in names:
        if name not in _BILLING_GROUPS:
            raise bad_query(f"grouping: {name} is not one of {', '.join(_BILLING_GROUPS)}.")
    wanted = call.parameter("line_item")
    paid = (item for item in _usage(call) if wanted in (None, item.workload.line_item))
    results = [
        {
            "dollars": sum((item.dollars for item in items), Decimal(0)),
            "grouping": {**_dates(day), **_group(call, _BILLING_GROUPS, names, items[0].workload)},
        }
        for (day, _), items in _grouped(paid, lambda work: _mark(names, work)).items()
    ]
    return {**_frame(call), "results": results}


def usage_fields(call: Call) -> Json:
    """What filters would find something."""
    works = _active(call)
    models = {
        work.model_id: {
            "name": work.model,
            "language": work.language,
            "version": "2025-07-31.0",
            "model_id": work.model_id,
        }
        for work in works
    }
    return {
        "tags": sorted({tag for work in works for tag in work.tags}),
        "models": list(models.values()),
        "processing_methods": sorted({work.method for work in works}),
        "features": sorted({feature for work in works for feature in work.features}),
        "languages": sorted({work.language for work in works}),
    }


def billing_fields(call: Call) -> Json:
    """What was paid for, and by whom."""
    works = _active(call)
    return {
        "accessors": sorted({work.accessor for work in works}),
        "deployments": ["hosted"] if works else [],
        "tags": sorted({tag for work in works for tag in work.tags}),
        "line_items": {work.line_item: work.label for work in works},
    }


def _span(call: Call) -> tuple[date, date]:
    start, end = call.parameter("start"), call.parameter("end")
    born = [work.born.date() for work in call.workloads]
    first = read_day("start", start) if start else min(born, default=call.project.founded.date())
    last = read_day("end", end) if end else call.now.date()
    if first > last:
        raise bad_query(f"start: {first} is after the end, {last}.")
    return first, last


def _frame(call: Call) -> Json:
    first, last = _span(call)
    return {**_dates(first, last), "resolution": {"units": "day", "amount": 1}}


def _dates(first: date, last: date | None = None) -> Json:
    return {"start": first.isoformat(), "end": (last or first).isoformat()}


def _usage(call: Call) -> Iterable[Slice]:
    first, last = _span(call)
    first = max(first, call.project.founded.date())
    matches = _filter(call)
    works = [work for work in call.workloads if matches(work)]
    return slices(works, call.project.seed, first, last, until=call.now)


def _active(call: Call) -> list[Workload]:
    first, last = _span(call)
    seen = slices(call.workloads, call.project.seed, max(first, call.project.founded.date()), last, until=call.now)
    return list({item.workload.number: item.workload for item in seen}.values())


def _filter(call: Call) -> Callable[[Workload], bool]:
    accessor, tag, model = call.parameter("accessor"), call.parameter("tag"), call.parameter("model")
    method = call.choice("method", *_METHODS)
    endpoint = call.choice("endpoint", *_ENDPOINTS)
    deployment = call.choice("deployment", *_DEPLOYMENTS)
    # whatever else is in the query is the name of a feature, misspelt or not
    features = {name: call.choice(name, "true", "false") for name in call.query if name not in _NAMED}
    wanted = {name for name, value in features.items() if value == "true"}
    unwanted = {name for name, value in features.items() if value == "false"}

    def matches(work: Workload) -> bool:
        return (
            accessor in (None, work.accessor)
            and (tag is None or tag in work.tags)
            and model in (None, work.model_id)
            and method in (None, work.method)
            and endpoint in (None, work.endpoint)
            and deployment in (None, "hosted")
            and (not wanted or bool(wanted & work.features))
            and not unwanted & work.features
        )

    return matches


Mark = tuple[object, ...]


def _grouped(items: Iterable[Slice], mark: Callable[[Workload], Mark]) -> dict[tuple[date, Mark], list[Slice]]:
    groups: dict[tuple[date, Mark], list[Slice]] = {}
    for item in items:
        groups.setdefault((item.day, mark(item.workload)), []).append(item)
    return groups


def _property(name: str, work: Workload) -> object:
    return {
        "accessor": work.accessor,
        "endpoint": work.endpoint,
        "feature_set": ",".join(sorted(work.features)),
        "models": (work.model,),
        "method": work.method,
        "tags": work.tags,
        "deployment": "hosted",
        "line_item": work.line_item,
    }[name]


def _mark(names: Iterable[str], work: Workload) -> Mark:
    return tuple(_property(name, work) for name in names)


def _group(call: Call, offered: Iterable[str], chosen: Iterable[str], work: Workload) -> Json:
    grouping: Json = dict.fromkeys(offered)
    for name in chosen:
        value = _property(name, work)
        if isinstance(value, tuple) and call.shapes == "older":  # one text instead of a list
            value = value[0] if value else None
        grouping[name] = value
    return grouping
