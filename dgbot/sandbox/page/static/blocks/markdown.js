// Standard markdown, as markdown blocks carry it: headings, lists, quotes, fences, tables, paragraphs.

import { el } from "/static/make.js";
import { inline } from "/static/blocks/markdown-inline.js";

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^\s{0,3}([-*_])\s*(?:\1\s*){2,}$/;
const CELL = /^:?-+:?$/;
const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^#{1,6}\s/;
const QUOTE = /^\s{0,3}> ?(.*)$/;
const DEEPEST = 12;

// Every form above is read in one go: nothing in it can match the same characters in two ways.

export function markdown(text, names, depth = 0) {
  if (depth > DEEPEST) return [el("p", {}, text)];
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const nodes = [];
  let at = 0;
  const taken = (fits) => {
    const first = at;
    while (at < lines.length && fits(lines[at])) at += 1;
    return lines.slice(first, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.test(line) ? headline(line) : null;
    const fence = line.match(FENCE);
    if (!line.trim()) at += 1;
    else if (fence) {
      at += 1;
      const inside = taken((one) => !one.trim().startsWith(fence[1]));
      at += 1;
      nodes.push(el("pre", { tabindex: "0" }, inside.join("\n")));
    } else if (heading) {
      at += 1;
      nodes.push(el(`h${Math.min(heading.depth + 2, 6)}`, { class: `md-${heading.depth}` }, inline(heading.words, names)));
    } else if (RULE.test(line)) {
      at += 1;
      nodes.push(el("hr"));
    } else if (QUOTE.test(line)) {
      const inside = taken((one) => QUOTE.test(one)).map((one) => one.match(QUOTE)[1]);
      nodes.push(el("blockquote", {}, markdown(inside.join("\n"), names, depth + 1)));
    } else if (ITEM.test(line)) {
      nodes.push(list(taken((one) => ITEM.test(one) || /^\s{2,}\S/.test(one)), names, depth));
    } else if (line.includes("|") && underlined(lines[at + 1] ?? "")) {
      nodes.push(table(taken((one) => one.includes("|")), names));
    } else {
      const first = at;
      at += 1;
      taken((one) => one.trim() && !starts(one));
      nodes.push(el("p", {}, broken(lines.slice(first, at), names)));
    }
  }
  return nodes;
}

function starts(line) {
  return [HEADING, FENCE, RULE, QUOTE, ITEM].some((form) => form.test(line));
}

function headline(line) {
  const depth = line.search(/[^#]/);
  let end = line.length;
  while (end > depth && line[end - 1] === "#") end -= 1;
  return { depth, words: line.slice(depth, end).trim() };
}

/** Whether *line* stands under the head of a table. */
function underlined(line) {
  const cells = line.trim().replace(/^\|/, "").split("|");
  if (cells.length > 1 && !cells.at(-1).trim()) cells.pop();
  return cells.every((cell) => CELL.test(cell.trim()));
}

function broken(lines, names) {
  return inline(lines.map((line) => (line.endsWith("\\") ? line.slice(0, -1) : line.trimEnd())).join("\n"), names);
}

function list(lines, names, depth) {
  const [, indent, mark] = lines[0].match(ITEM);
  const ordered = /\d/.test(mark);
  const items = [];
  for (const line of lines) {
    const found = line.match(ITEM);
    if (found && found[1].length <= indent.length + 1) items.push([found[3]]);
    else items.at(-1).push(line.slice(Math.min(indent.length + 2, line.length - line.trimStart().length)));
  }
  const start = ordered ? parseInt(mark, 10) : undefined;
  return el(ordered ? "ol" : "ul", { start }, items.map((item) => entry(item, names, depth)));
}

function entry([first, ...rest], names, depth) {
  const task = first.match(/^\[([ xX])\]\s+(.*)$/);
  const nested = rest.length ? markdown(rest.join("\n"), names, depth + 1) : [];
  if (!task) return el("li", {}, inline(first, names), nested);
  const done = task[1] !== " ";
  return el("li", { class: "task" }, el("span", { role: "img", "aria-label": done ? "done" : "open" }, done ? "☑ " : "☐ "), inline(task[2], names), nested);
}

function table(lines, names) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((one) => one.trim().replaceAll("\\|", "|"));
  const sides = cells(lines[1]).map((one) => (/^:-+:$/.test(one) ? "center" : /-:$/.test(one) ? "number" : undefined));
  const row = (tag) => (line) => el("tr", {}, cells(line).map((one, column) => el(tag, { class: sides[column] }, inline(one, names))));
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, lines.slice(0, 1).map(row("th"))), el("tbody", {}, lines.slice(2).map(row("td")))));
}
