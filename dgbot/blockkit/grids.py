"""Tables and charts: numbers in rows, with limits of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeGuard

from dgbot.blockkit.limits import (
    CHART_LABEL,
    CHART_PARTS,
    CHART_POINTS,
    DATA_TABLE_CHARACTERS,
    DATA_TABLE_ROWS,
    MANY,
    TABLE_COLUMNS,
    TABLE_ROWS,
)
from dgbot.blockkit.problems import Problem, check_string
from dgbot.blockkit.rich import check_rich


def check_table(block: dict[str, Any], at: str) -> Iterator[Problem]:
    """Find what a table or a data table may not hold; *at* is the block."""
    rows = block.get("rows")
    if not isinstance(rows, list):
        if "rows" in block:
            yield Problem(f"{at}/rows", "must be a list of rows")
        return
    if block["type"] == "table":
        yield from _rows(rows, TABLE_ROWS, at)
        return
    yield from _rows(rows, DATA_TABLE_ROWS, at)
    for column, cell in enumerate(_header(rows)):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            yield Problem(f"{at}/rows/0/{column}/type", "rich_text is not allowed in the header row")
    if sum(map(_length, rows)) > DATA_TABLE_CHARACTERS:
        yield Problem(f"{at}/rows", f"has more than {DATA_TABLE_CHARACTERS} characters")


def _rows(rows: list[Any], most: int, at: str) -> Iterator[Problem]:
    """Find too many rows and columns; *at* is the table."""
    if not 1 <= len(rows) <= most:
        yield Problem(f"{at}/rows", f"must hold 1 to {most} rows, not {len(rows)}")
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            yield Problem(f"{at}/rows/{index}", "must be a list of cells")
            continue
        if not 1 <= len(row) <= TABLE_COLUMNS:
            yield Problem(f"{at}/rows/{index}", f"must hold 1 to {TABLE_COLUMNS} cells, not {len(row)}")
        for column, cell in enumerate(row):
            if not isinstance(cell, dict) or not isinstance(cell.get("type"), str):
                yield Problem(f"{at}/rows/{index}/{column}", "must be a cell with a type")
            elif cell["type"] == "raw_text":
                yield from check_string(cell.get("text"), MANY, f"{at}/rows/{index}/{column}/text")
            elif cell["type"] == "rich_text":
                yield from check_rich(cell, f"{at}/rows/{index}/{column}")


def _header(rows: list[Any]) -> list[Any]:
    """The cells of the first row."""
    return rows[0] if rows and isinstance(rows[0], list) else []


def _length(cells: object) -> int:
    """Characters of text in *cells*, nested ones too."""
    if isinstance(cells, list):
        return sum(map(_length, cells))
    if isinstance(cells, dict):
        return len(str(cells.get("text", ""))) + _length(cells.get("elements", []))
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
    names: set[str] = set()
    for index, one in enumerate(series if isinstance(series, list) else ()):
        name, points = (one.get("name"), one.get("data")) if isinstance(one, dict) else (None, None)
        if isinstance(name, str) and name in names:
            yield Problem(f"{at}/series/{index}/name", f"{name!r} names another series too")
        elif isinstance(name, str):
            names.add(name)
        yield from check_string(name, CHART_LABEL, f"{at}/series/{index}/name")
        yield from _points(points, f"{at}/series/{index}/data", positive=False)
        labels = [
            point.get("label") for point in (points if isinstance(points, list) else ()) if isinstance(point, dict)
        ]
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
        if not _is_finite(value):
            yield Problem(f"{at}/{index}/value", f"must be a finite number, not {value!r}")
        elif positive and value <= 0:
            yield Problem(f"{at}/{index}/value", f"must be more than 0, not {value}")


def _is_finite(value: object) -> TypeGuard[int | float]:
    try:
        return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # whole numbers know no bound
        return False
