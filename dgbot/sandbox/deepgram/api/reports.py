"""The operations on usage and spending: sums over the days' slices, in several groupings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.api.filters import active_uses, dates, frame, usage
from dgbot.sandbox.deepgram.refusals import bad_query
from dgbot.sandbox.deepgram.world.usage import Slice, Use

_USAGE_GROUPS = ("accessor", "endpoint", "feature_set", "models", "method", "tags", "deployment")
_BILLING_GROUPS = ("accessor", "deployment", "line_item", "tags")


def summary(call: Call) -> Json:
    """Usage by day."""
    results = [
        {
            **dates(day),
            "hours": sum(item.hours for item in items),
            "total_hours": sum(item.total_hours for item in items),
            "requests": sum(item.requests for item in items),
            "tokens": {
                "in": sum(item.tokens_in for item in items),
                "out": sum(item.tokens_out for item in items),
            },
            "tts": {
                "characters": sum(item.characters for item in items),
                "requests": sum(item.speeches for item in items),
            },
        }
        for (day, _), items in _grouped(usage(call), lambda _: ()).items()
    ]
    return {**frame(call), "results": results}


def usage_breakdown(call: Call) -> Json:
    """Usage by day and, with a grouping, by one property more."""
    grouping = call.choice("grouping", *_USAGE_GROUPS)
    names = () if grouping is None else (grouping,)
    results = [
        {
            "hours": sum(item.hours for item in items),
            "total_hours": sum(item.total_hours for item in items),
            "agent_hours": sum(item.agent_hours for item in items),
            "tokens_in": sum(item.tokens_in for item in items),
            "tokens_out": sum(item.tokens_out for item in items),
            "tts_characters": sum(item.characters for item in items),
            "requests": sum(item.requests + item.speeches for item in items),
            "grouping": {**dates(day), **_group(call, _USAGE_GROUPS, names, items[0].use)},
        }
        for (day, _), items in _grouped(usage(call), lambda use: _mark(names, use)).items()
    ]
    return {**frame(call), "results": results}


def billing_breakdown(call: Call) -> Json:
    """USD by day and, with groupings, by further properties."""
    names = call.query.get("grouping", ())
    for name in names:
        if name not in _BILLING_GROUPS:
            raise bad_query(f"grouping: {name} is not one of {', '.join(_BILLING_GROUPS)}.")
    wanted = call.parameter("line_item")
    paid = (item for item in usage(call) if wanted in (None, item.use.line_item))
    results = [
        {
            "dollars": sum((item.dollars for item in items), Decimal(0)),
            "grouping": {**dates(day), **_group(call, _BILLING_GROUPS, names, items[0].use)},
        }
        for (day, _), items in _grouped(paid, lambda use: _mark(names, use)).items()
    ]
    return {**frame(call), "results": results}


def usage_fields(call: Call) -> Json:
    """What filters would find something."""
    uses = active_uses(call)
    models = {use.model_id: _model(use) for use in uses}
    fields: Json = {
        "tags": sorted({tag for use in uses for tag in use.tags}),
        "models": list(models.values()),
        "processing_methods": sorted({use.method for use in uses}),
        "features": sorted({feature for use in uses for feature in use.features}),
    }
    return fields if call.wire == "current" else {**fields, "languages": sorted({use.language for use in uses})}


def billing_fields(call: Call) -> Json:
    """What was paid for, and by whom."""
    uses = active_uses(call)
    return {
        "accessors": sorted({use.accessor for use in uses if use.accessor is not None}),
        "deployments": sorted({use.deployment for use in uses}),
        "tags": sorted({tag for use in uses for tag in use.tags}),
        "line_items": {use.line_item: use.label for use in uses},
    }


def _model(use: Use) -> Json:
    return {"name": use.model, "language": use.language, "version": use.version, "model_id": use.model_id}


Mark = tuple[object, ...]


def _grouped(items: Iterable[Slice], mark: Callable[[Use], Mark]) -> dict[tuple[date, Mark], list[Slice]]:
    groups: dict[tuple[date, Mark], list[Slice]] = {}
    for item in items:
        groups.setdefault((item.day, mark(item.use)), []).append(item)
    return groups


def _property(name: str, use: Use) -> object:
    return {
        "accessor": use.accessor,
        "endpoint": use.endpoint,
        "feature_set": ",".join(sorted(use.features)),
        "models": (use.model,),
        "method": use.method,
        "tags": use.tags,
        "deployment": use.deployment,
        "line_item": use.line_item,
    }[name]


def _mark(names: Iterable[str], use: Use) -> Mark:
    return tuple(_property(name, use) for name in names)


def _group(call: Call, offered: Iterable[str], chosen: Iterable[str], use: Use) -> Json:
    grouping: Json = dict.fromkeys(offered)
    for name in chosen:
        value = _property(name, use)
        if isinstance(value, tuple) and call.wire == "legacy":  # one text instead of a list
            value = value[0] if value else None
        grouping[name] = value
    return grouping
