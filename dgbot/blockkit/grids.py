"""Tables and charts: numbers in rows, with limits of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from dgbot.blockkit.limits import CHART_LABEL, CHART_PARTS, CHART_POINTS, TABLE_COLUMNS
from dgbot.blockkit.problems import Problem, check_string


def check_rows(rows: list[Any], most: int, at: str) -> Iterator[Problem]:
    """Find too many rows and columns; *at* is the table."""
    if not 1 <= len(rows) <= most:
        yield Problem(f"{at}/rows", f"must hold 1 to {most} rows, not {len(rows)}")
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            yield Problem(f"{at}/rows/{index}", "must be a list of cells")
        elif not 1 <= len(row) <= TABLE_COLUMNS:
            yield Problem(f"{at}/rows/{index}", f"must hold 1 to {TABLE_COLUMNS} cells, not {len(row)}")


def header(rows: list[Any]) -> list[Any]:
    """The cells of the first row."""
    return rows[0] if rows and isinstance(rows[0], list) else []


def cell_length(cells: object) -> int:
    """Characters of text in *cells*, nested ones too."""
    if isinstance(cells, list):
        return sum(map(cell_length, cells))
    if isinstance(cells, dict):
        return len(str(cells.get("text", ""))) + cell_length(cells.get("elements", []))
    return 0


def check_chart(chart: dict[str, Any], at: str) -> Iterator[Problem]:
    """Find what a chart may not hold; *at* is the chart."""
    if chart.get("type") == "pie":
        segments = chart.get("segments")
        yield from _count(segments, CHART_PARTS, f"{at}/segments")
        yield from _points(segments, f"{at}/segments", positive=True)
        return
    if chart.get("type") not in ("line", "bar", "area"):
        yield Problem(f"{at}/type", f"unsupported type: {chart.get('type')}")
        return
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    yield from _count(categories, CHART_POINTS, f"{at}/axis_config/categories")
    series = chart.get("series")
    yield from _count(series, CHART_PARTS, f"{at}/series")
    names: set[object] = set()
    for index, one in enumerate(series if isinstance(series, list) else ()):
        name, points = (one.get("name"), one.get("data")) if isinstance(one, dict) else (None, None)
        if name in names:
            yield Problem(f"{at}/series/{index}/name", f"{name!r} names another series too")
        names.add(name)
        yield from check_string(name, CHART_LABEL, f"{at}/series/{index}/name")
        yield from _points(points, f"{at}/series/{index}/data", positive=False)
        labels = [point.get("label") for point in points or () if isinstance(point, dict)]
        if labels != categories:
            yield Problem(f"{at}/series/{index}/data", "must have one point for each category, in order")


def _count(things: object, most: int, at: str) -> Iterator[Problem]:
    if not isinstance(things, list) or not 1 <= len(things) <= most:
        size = len(things) if isinstance(things, list) else "no list of"
        yield Problem(at, f"must hold 1 to {most} items, not {size}")


def _points(points: object, at: str, *, positive: bool) -> Iterator[Problem]:
    for index, point in enumerate(points if isinstance(points, list) else ()):
        label, value = (point.get("label"), point.get("value")) if isinstance(point, dict) else (None, None)
        yield from check_string(label, CHART_LABEL, f"{at}/{index}/label")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield Problem(f"{at}/{index}/value", f"must be a finite number, not {value!r}")
        elif positive and value <= 0:
            yield Problem(f"{at}/{index}/value", f"must be more than 0, not {value}")
