// What is pressed: buttons, links that look like them, menus of acts, and the two thumbs of an answer.

import { placeOf } from "/static/blocks/deck.js";
import { emojied } from "/static/blocks/emoji.js";
import { el } from "/static/make.js";
import { own } from "/static/own.js";

const SIGNS = { trash: "🗑️" };
const WORKFLOWS = "Workflows run at Slack itself; there are none in the sandbox.";

export function button(one, block, deck) {
  const look = own({ primary: "primary", danger: "danger" }, one.style) ?? "plain";
  const given = { class: look, "aria-label": one.accessibility_label, "data-at": placeOf(deck, block, one) };
  const label = emojied(one.text.text);
  if (!/^https?:/.test(one.url ?? "")) return pressed(el("button", { type: "button", ...given }, label), one, block, deck);
  const away = { href: one.url, target: "_blank", rel: "noopener noreferrer" };
  const link = el("a", { ...given, ...away, class: `button ${look}` }, label, el("span", { "aria-hidden": "true" }, " ↗"));
  link.addEventListener("click", () => deck.press(block.block_id, one.action_id));
  return link;
}

export function workflow(one, block, deck) {
  const node = el("button", { type: "button", class: "plain", "data-at": placeOf(deck, block, one) }, emojied(one.text.text));
  node.addEventListener("click", () => deck.tell(WORKFLOWS));
  return node;
}

export function iconButton(one, block, deck) {
  const label = one.accessibility_label ?? one.text.text;
  const given = { type: "button", class: "icon", "aria-label": label, title: one.text.text, "data-at": placeOf(deck, block, one) };
  return pressed(el("button", given, own(SIGNS, one.icon) ?? one.text.text), one, block, deck);
}

export function thumbs(one, block, deck) {
  const side = (name, sign) => {
    const of = one[name];
    const label = of.accessibility_label ?? of.text.text;
    const given = { type: "button", class: "icon", "aria-label": label, title: of.text.text, "data-at": placeOf(deck, block, one, name) };
    return pressed(el("button", given, sign), one, block, deck, of.value);
  };
  return el("span", { class: "thumbs", role: "group" }, side("positive_button", "👍"), side("negative_button", "👎"));
}

/** A button with its acts in a list below it. */
export function overflow(one, block, deck) {
  const close = (back) => {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  };
  const move = (by) => {
    const all = [...list.children];
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  };
  const acts = one.options.map((option) => {
    const act = el("button", { type: "button", role: "menuitem", tabindex: "-1" }, emojied(option.text.text),
      option.description ? el("span", { class: "quiet" }, emojied(option.description.text)) : null);
    act.addEventListener("click", async () => {
      close(true);
      if (/^https?:/.test(option.url ?? "")) window.open(option.url, "_blank", "noopener");
      if (!one.confirm || (await deck.ask(one.confirm))) await deck.press(block.block_id, one.action_id, option.value);
    });
    return act;
  });
  const list = el("div", { class: "menu", role: "menu", "aria-label": "More actions", hidden: true }, acts);
  const opener = el("button", { type: "button", class: "plain dots", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": "More actions", "data-at": placeOf(deck, block, one) }, "⋯");
  opener.addEventListener("click", () => {
    if (!list.hidden) return close(true);
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    list.scrollIntoView({ block: "nearest" });
    acts[0].focus();
  });
  const whole = el("span", { class: "overflow" }, opener, list);
  whole.addEventListener("focusout", (event) => !whole.contains(event.relatedTarget) && close(false));
  whole.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") close(true);
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return whole;
}

/** It stays where the focus is while the bot is told: a disabled button would lose it. */
function pressed(node, one, block, deck, value = null) {
  node.addEventListener("click", async () => {
    if (node.ariaDisabled === "true" || (one.confirm && !(await deck.ask(one.confirm)))) return;
    node.ariaDisabled = "true";
    await deck.press(block.block_id, one.action_id, value);
    node.ariaDisabled = null;
  });
  return node;
}
