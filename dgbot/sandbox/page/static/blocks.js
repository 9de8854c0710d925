// Block Kit as DOM. *deck* is what the blocks live on: names, press(block, element, selected), ask(confirm), fields.

import { el } from "/static/make.js";
import { field, fillable } from "/static/fields.js";
import { emojied, linked, mention, mrkdwn, words } from "/static/mrkdwn.js";

export function drawn(blocks, deck) {
  return blocks.map((block) => (DRAW[block.type] ?? unknown)(block, deck));
}

const DRAW = {
  section: (block, deck) =>
    el("div", { class: "section" },
      el("div", { class: "section-text" },
        block.text ? el("p", {}, words(block.text, deck.names)) : null,
        block.fields ? el("div", { class: "facts" }, block.fields.map((one) => el("p", {}, words(one, deck.names)))) : null,
      ),
      block.accessory ? el("div", { class: "accessory" }, element(block.accessory, block, deck)) : null,
    ),
  header: (block) => el("h3", { class: "head" }, emojied(block.text.text)),
  context: (block, deck) =>
    el("div", { class: "context" },
      block.elements.map((one) => el("span", {}, one.type === "image" ? `[${one.alt_text}]` : words(one, deck.names)))),
  actions: (block, deck) => el("div", { class: "actions" }, block.elements.map((one) => element(one, block, deck))),
  divider: () => el("hr"),
  input: (block, deck) => (fillable(block.element) ? field(block, block.element, deck) : unknown(block)),
  rich_text: (block, deck) => el("div", { class: "rich" }, block.elements.map((one) => rich(one, deck.names))),
  table: (block, deck) => table(block.rows, deck.names),
  markdown: (block, deck) => el("p", {}, mrkdwn(block.text.replaceAll("**", "*"), deck.names)),
  alert: (block, deck) => el("p", { class: "alert", role: "note" }, words(block.text, deck.names)),
};

function element(one, block, deck) {
  if (one.type === "button") return button(one, block, deck);
  if (one.type === "overflow") return overflow(one, block, deck);
  if (one.type === "image") return el("span", { class: "picture", role: "img" }, one.alt_text);
  return fillable(one) ? field(block, one, deck) : unknown(one);
}

function button(one, block, deck) {
  const look = { primary: "primary", danger: "danger" }[one.style] ?? "plain";
  const label = emojied(one.text.text);
  if (/^https?:/.test(one.url ?? "")) return el("a", { class: `button ${look}`, href: one.url, target: "_blank", rel: "noopener noreferrer" }, label);
  const node = el("button", { type: "button", class: look, "aria-label": one.accessibility_label }, label);
  node.addEventListener("click", async () => {
    if (node.disabled || (one.confirm && !(await deck.ask(one.confirm)))) return;
    node.classList.add("busy");
    node.disabled = true;
    await deck.press(block.block_id, one.action_id);
    node.classList.remove("busy");
    node.disabled = false;
  });
  return node;
}

function overflow(one, block, deck) {
  const menu = el("select", { class: "overflow", "aria-label": "More actions" },
    el("option", { value: "", selected: true }, "⋯"),
    one.options.map((option) => el("option", { value: option.value }, option.text.text)));
  menu.addEventListener("change", async () => {
    const chosen = menu.value;
    menu.value = "";
    if (chosen && (!one.confirm || (await deck.ask(one.confirm)))) await deck.press(block.block_id, one.action_id, chosen);
  });
  return menu;
}

function rich(part, names) {
  const inside = (part.elements ?? []).map((one) => rich(one, names));
  switch (part.type) {
    case "rich_text_section": return el("p", {}, inside);
    case "rich_text_preformatted": return el("pre", { tabindex: "0" }, inside);
    case "rich_text_quote": return el("blockquote", {}, inside);
    case "rich_text_list":
      return el(part.style === "ordered" ? "ol" : "ul", {}, inside.map((one) => el("li", {}, one)));
    case "user": return mention(names[part.user_id] ?? part.user_id);
    case "usergroup": return mention(names[part.usergroup_id] ?? part.usergroup_id);
    case "channel": return mention(names[part.channel_id] ?? part.channel_id);
    case "link": return linked(part.url, part.text);
    case "emoji": return emojied(`:${part.name}:`);
    case "text": return styled(part);
    default: return unknown(part);
  }
}

function styled({ text, style = {} }) {
  let node = document.createTextNode(text);
  for (const [name, tag] of [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]]) {
    if (style[name]) node = el(tag, {}, node);
  }
  return node;
}

function table(rows, names) {
  const cell = (one) => (one.type === "rich_text" ? one.elements.map((part) => rich(part, names)) : one.text ?? "");
  const number = (text) => /^[-+−±]?[$€]?\d[\d,.]*\s?(%|h|M|k)?$/.test(text);
  const numbers = rows[0].map((_, column) => rows.slice(1).some((row) => number(row[column]?.text ?? "")));
  const line = (tag) => (row) =>
    el("tr", {}, row.map((one, column) => el(tag, { class: numbers[column] ? "number" : undefined }, cell(one))));
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, rows.slice(0, 1).map(line("th"))), el("tbody", {}, rows.slice(1).map(line("td")))));
}

function unknown(thing) {
  return el("details", { class: "unknown" },
    el("summary", {}, `${thing.type} (not drawn yet)`), el("pre", {}, JSON.stringify(thing, null, 2)));
}
