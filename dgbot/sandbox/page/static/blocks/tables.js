// Tables: the plain one, and the one that can be sorted and turned by pages.

import { el } from "/static/make.js";
import { own } from "/static/own.js";
import { richText } from "/static/blocks/rich.js";

const SIDES = { right: "number", center: "center" };

export function table(block, deck) {
  const settings = block.column_settings ?? [];
  const numeric = numericColumns(block.rows);
  const line = (tag) => (row) => el("tr", {}, row.map((one, column) => {
    const set = settings[column] ?? {};
    const side = set.align ? own(SIDES, set.align) : numeric[column] ? "number" : "";
    return el(tag, { class: [side, set.is_wrapped && "wrapped"].filter(Boolean).join(" ") || undefined }, cell(one, deck));
  }));
  return framed("Table",
    el("table", {}, el("thead", {}, block.rows.slice(0, 1).map(line("th"))), el("tbody", {}, block.rows.slice(1).map(line("td")))));
}

/** Sorted and turned here, as Slack does it in its client: the bot does not hear of it. */
export function dataTable(block, deck) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const named = block.row_header_column_index ?? 0;
  const numeric = numericColumns(block.rows);
  const body = el("tbody");
  const range = el("span", { class: "quiet", role: "status" });
  const back = turner("‹", "Rows before", -1);
  const on = turner("›", "Next rows", 1);
  let sorted = { column: -1, down: false };
  let page = 0;
  const headers = head.map((one, column) => el("th", { scope: "col", class: numeric[column] ? "number" : undefined },
    el("button", { type: "button", class: "sorts", onclick: () => sort(column) }, content(one))));

  function turner(sign, label, by) {
    return el("button", { type: "button", class: "icon", "aria-label": label, onclick: () => show(page + by) }, sign);
  }

  function sort(column) {
    sorted = { column, down: sorted.column === column && !sorted.down };
    headers.forEach((one, index) => one.setAttribute("aria-sort", index !== column ? "none" : sorted.down ? "descending" : "ascending"));
    show(0);
  }

  function show(wanted) {
    const inOrder = sorted.column < 0 ? rows : [...rows].sort((a, b) => compared(a[sorted.column], b[sorted.column]) * (sorted.down ? -1 : 1));
    const last = Math.max(0, Math.ceil(rows.length / size) - 1);
    page = Math.min(Math.max(wanted, 0), last);
    body.replaceChildren(...inOrder.slice(page * size, (page + 1) * size).map((row) => el("tr", {}, row.map((one, column) =>
      el(column === named ? "th" : "td", { scope: column === named ? "row" : undefined, class: numeric[column] ? "number" : undefined }, cell(one, deck))))));
    range.textContent = `${page * size + 1}–${Math.min((page + 1) * size, rows.length)} of ${rows.length}`;
    for (const [button, end] of [[back, page === 0], [on, page === last]]) button.setAttribute("aria-disabled", String(end));
  }

  show(0);
  return framed(block.caption,
    el("table", {}, el("caption", {}, block.caption), el("thead", {}, el("tr", {}, headers)), body),
    rows.length > size ? el("div", { class: "pages" }, range, back, on) : null);
}

function framed(label, ...parts) {
  return el("div", { class: "table" }, el("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": label }, parts[0]), parts[1]);
}

function cell(one, deck) {
  return one.type === "rich_text" ? richText(one, deck.names) : content(one);
}

function content(one) {
  return one.type === "rich_text" ? deepText(one) : String(one.text ?? one.value ?? "");
}

function deepText(part) {
  return (part.text ?? part.url ?? part.name ?? "") + (part.elements ?? []).map(deepText).join("");
}

function numericColumns(rows) {
  const number = (one) => one?.type === "raw_number" || /^[-+−±]?[$€£]?\d[\d,.]*\s?(%|h|M|k)?$/.test(one?.text ?? "");
  return rows[0].map((_, column) => rows.length > 1 && rows.slice(1).some((row) => number(row[column])));
}

function compared(a, b) {
  if (a?.type === "raw_number" && b?.type === "raw_number") return a.value - b.value;
  return content(a ?? {}).localeCompare(content(b ?? {}), "en", { numeric: true });
}
