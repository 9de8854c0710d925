"""Charts as PNG pictures, for those who look at them outside of Slack; Pillow draws them if it is installed."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from dgbot.domain.charts import Chart

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Draw = Callable[[Chart], bytes]

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 90, 24, 64, 80
FINE = 2
"""It is drawn so much larger and made small, so that lines are smooth."""

BACK, GRID, TEXT = "#ffffff", "#dddddd", "#333333"
COLOURS = ("#c2531f", "#5b50b5", "#0f766e", "#a16207", "#9d174d", "#1d4ed8")
"""The last series is the colour in the middle when there are three."""

STEPS = 4
MOST_LABELS = 7


def drawer() -> Draw | None:
    """Return what draws charts; None without the extra ``charts``."""
    return draw if importlib.util.find_spec("PIL") is not None else None


def draw(chart: Chart) -> bytes:
    """Return *chart* as a PNG; takes some milliseconds of a core."""
    from PIL import Image, ImageDraw  # an extra, and slow to import

    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), BACK)
    _Drawing(ImageDraw.Draw(image), chart).all()
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Drawing:
    """One chart on its way to a canvas; measures are those of the finished picture."""

    def __init__(self, canvas: ImageDraw, chart: Chart) -> None:
        from PIL import ImageFont

        self._canvas, self._chart = canvas, chart
        self._font, self._title = (ImageFont.load_default(size * FINE) for size in (15, 20))
        values = [value for one in chart.series for value in one.values]
        self._low, self._high = min(0.0, *values), max(0.0, *values)
        self._high = self._high if self._high > self._low else self._low + 1.0

    def all(self) -> None:
        self._canvas.text((LEFT * FINE, 18 * FINE), self._chart.title, fill=TEXT, font=self._title)
        self._grid()
        for number, one in enumerate(self._chart.series):
            self._series(one.values, COLOURS[number % len(COLOURS)], number)
        self._labels()
        self._legend()

    def _grid(self) -> None:
        for step in range(STEPS + 1):
            value = self._low + (self._high - self._low) * step / STEPS
            y = self._y(value)
            self._canvas.line([(LEFT * FINE, y), ((WIDTH - RIGHT) * FINE, y)], fill=GRID, width=FINE)
            text = self._chart.number(round(value, 1))
            self._canvas.text(((LEFT - 10) * FINE, y), text, fill=TEXT, font=self._font, anchor="rm")

    def _series(self, values: tuple[float, ...], colour: str, number: int) -> None:
        if self._chart.kind == "bar":
            width = max((self._x(1) - self._x(0)) / (len(self._chart.series) + 1), FINE)
            for place, value in enumerate(values):
                start = self._x(place) + (number - len(self._chart.series) / 2) * width
                ends = sorted((self._y(value), self._y(0.0)))
                self._canvas.rectangle((start, ends[0], start + width, ends[1]), fill=colour)
            return
        dots = [(self._x(place), self._y(value)) for place, value in enumerate(values)]
        self._canvas.line(dots, fill=colour, width=3 * FINE, joint="curve")
        for x, y in dots:
            self._canvas.ellipse((x - 4 * FINE, y - 4 * FINE, x + 4 * FINE, y + 4 * FINE), fill=colour)

    def _labels(self) -> None:
        every = -(-len(self._chart.points) // MOST_LABELS)
        y = (HEIGHT - BOTTOM + 10) * FINE
        for place, label in enumerate(self._chart.points):
            if place % every == 0:
                self._canvas.text((self._x(place), y), label, fill=TEXT, font=self._font, anchor="mt")

    def _legend(self) -> None:
        x, y = float(LEFT * FINE), (HEIGHT - 24) * FINE
        for number, one in enumerate(self._chart.series):
            box = (x, y - 6 * FINE, x + 12 * FINE, y + 6 * FINE)
            self._canvas.rectangle(box, fill=COLOURS[number % len(COLOURS)])
            self._canvas.text((x + 18 * FINE, y), one.name, fill=TEXT, font=self._font, anchor="lm")
            x += self._canvas.textlength(one.name, font=self._font) + 40 * FINE

    def _x(self, place: int) -> float:
        room = WIDTH - LEFT - RIGHT - 40
        return (LEFT + 20 + room * place / max(len(self._chart.points) - 1, 1)) * FINE

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return (HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)) * FINE
