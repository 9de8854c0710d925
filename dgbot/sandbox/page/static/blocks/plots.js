// Lines, areas and bars over categories, on a grid whose numbers are round.

import { svg } from "/static/make.js";

const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 26;
const LETTER = 6.4; // width of a character of the labels, in the drawing's units

const short = (value) => new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 }).format(value);

/** Returns null for numbers that no grid can hold. */
export function plot(chart, width) {
  const labels = chart.axis_config.categories;
  const values = chart.series.flatMap((one) => one.data.map((point) => point.value));
  const ticks = rounded(Math.min(0, ...values), Math.max(0, ...values));
  if (!ticks) return null;
  const left = Math.max(...ticks.map((tick) => short(tick).length)) * LETTER + 12;
  if (left > width / 2) return null;
  const step = (width - left - 8) / labels.length;
  const frame = {
    step,
    x: (index) => left + step * (index + 0.5),
    y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - ticks[0]) / (ticks.at(-1) - ticks[0])),
  };
  const draw = { bar: bars, line: lines, area: areas }[chart.type] ?? lines;
  return { width, height: HEIGHT, parts: [grid(ticks, frame, left, width), names(labels, frame), draw(chart, frame, labels)] };
}

/** Four to seven ticks at 1, 2, 2.5 or 5 times a power of ten, which reach over all the values; null if there are none. */
function rounded(low, high) {
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  if (!(step > 0 && Number.isFinite(span))) return null;
  const first = Math.floor(low / step);
  const last = Math.ceil((high || 1) / step);
  const ticks = Array.from({ length: Math.max(last - first, 1) + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return ticks.every(Number.isFinite) && ticks.at(-1) > ticks[0] ? ticks : null;
}

function grid(ticks, frame, left, width) {
  return ticks.map((tick) => svg("g", {},
    svg("line", { x1: left, x2: width - 4, y1: frame.y(tick), y2: frame.y(tick), class: tick === 0 ? "zero" : "grid" }),
    svg("text", { x: left - 7, y: frame.y(tick) + 4, "text-anchor": "end" }, short(tick))));
}

/** As many names as fit side by side. */
function names(labels, frame) {
  const longest = Math.max(...labels.map((one) => one.length)) * LETTER + 10;
  const every = Math.max(1, Math.ceil(longest / frame.step));
  return labels.map((label, index) => (index % every ? null
    : svg("text", { x: frame.x(index), y: HEIGHT - 7, "text-anchor": "middle" }, label)));
}

function bars(chart, frame, labels) {
  const wide = Math.min((frame.step * 0.74) / chart.series.length, 46);
  return chart.series.map((one, number) => one.data.map((point, index) => {
    const x = frame.x(index) + (number - chart.series.length / 2) * wide;
    const [high, low] = [frame.y(Math.max(point.value, 0)), frame.y(Math.min(point.value, 0))];
    const shape = { x: x + 1, y: high, width: Math.max(wide - 2, 1), height: Math.max(low - high, 0.5), rx: Math.min(2, wide / 4) };
    return svg("rect", { ...shape, class: `fill-${number}` }, said(one.name, labels[index], point));
  }));
}

function lines(chart, frame, labels) {
  return chart.series.map((one, number) => [
    svg("polyline", { points: points(one, frame), class: `line line-${number}` }),
    one.data.map((point, index) =>
      svg("circle", { cx: frame.x(index), cy: frame.y(point.value), r: 3, class: `fill-${number}` }, said(one.name, labels[index], point))),
  ]);
}

function areas(chart, frame, labels) {
  const ground = chart.series.map((one, number) => svg("polygon", {
    points: `${frame.x(0)},${frame.y(0)} ${points(one, frame)} ${frame.x(one.data.length - 1)},${frame.y(0)}`,
    class: `area fill-${number}`,
  }));
  return [ground, lines(chart, frame, labels)];
}

function points(one, frame) {
  return one.data.map((point, index) => `${frame.x(index).toFixed(2)},${frame.y(point.value).toFixed(2)}`).join(" ");
}

function said(name, label, point) {
  return svg("title", {}, `${name}, ${label}: ${point.value}`);
}
