// Charts: a drawing for the eye, and the same numbers as a table for everybody.

import { el, svg } from "/static/make.js";
import { pie } from "/static/blocks/pie.js";
import { plot } from "/static/blocks/plots.js";

const written = (value) => new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 }).format(value);

export function chart(block) {
  const { chart: drawn, title } = block;
  const round = drawn.type === "pie";
  const labels = round ? drawn.segments.map((one) => one.label) : drawn.series.map((one) => one.name);
  const width = matchMedia("(max-width: 720px)").matches ? 290 : 600;
  const says = `${title}: a ${drawn.type} chart; its numbers are in the table below.`;
  const shape = round ? pie(drawn.segments) : plot(drawn, width);
  const { x_label: across, y_label: up } = drawn.axis_config ?? {};
  return el("figure", { class: round ? "chart round" : "chart" },
    el("figcaption", {}, title),
    up ? el("p", { class: "axis-name" }, up) : null,
    shape ? el("div", { class: "drawing" },
      svg("svg", { viewBox: `0 0 ${shape.width} ${shape.height}`, role: "img", "aria-label": says }, shape.parts)) : null,
    across ? el("p", { class: "axis-name across" }, across) : null,
    round || labels.length > 1 ? legend(labels, round ? shares(drawn.segments) : []) : null,
    el("details", { class: "numbers", open: !shape }, el("summary", {}, "Numbers"), round ? segments(drawn.segments) : series(drawn)));
}

function legend(labels, notes) {
  return el("ul", { class: "legend" }, labels.map((label, index) =>
    el("li", {}, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, rx: 2, class: `fill-${index}` })),
      label, notes[index] ? el("span", { class: "quiet" }, notes[index]) : null)));
}

function shares(parts) {
  const all = parts.reduce((sum, one) => sum + one.value, 0);
  return parts.map((one) => `${Math.round((one.value / all) * 1000) / 10} %`);
}

function series({ series: lines, axis_config: axis }) {
  return el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, axis.x_label ?? ""), lines.map((one) => el("th", { scope: "col", class: "number" }, one.name)))),
    el("tbody", {}, axis.categories.map((label, row) =>
      el("tr", {}, el("th", { scope: "row" }, label), lines.map((one) => el("td", { class: "number" }, written(one.data[row].value)))))));
}

function segments(parts) {
  const part = shares(parts);
  return el("table", {}, el("tbody", {}, parts.map((one, index) => el("tr", {}, el("th", { scope: "row" }, one.label),
    el("td", { class: "number" }, written(one.value)), el("td", { class: "number" }, part[index])))));
}
