// Blocks that hold other things: cards, a row of them, containers; and what an agent tells of its work.

import { button } from "/static/blocks/buttons.js";
import { el } from "/static/make.js";
import { thumbnail } from "/static/blocks/media.js";
import { words } from "/static/blocks/mrkdwn.js";
import { own } from "/static/own.js";
import { richText } from "/static/blocks/rich.js";

const STATES = { pending: ["○", "waiting"], in_progress: ["◐", "under way"], complete: ["●", "done"], error: ["✕", "failed"] };
const LEVELS = { info: "ℹ", success: "✓", warning: "⚠", error: "✕", default: "•" };

export function card(block, deck) {
  return el("section", { class: "card" },
    block.hero_image ? thumbnail(block.hero_image, true) : null,
    heading(block, deck, "h4"),
    block.body ? el("p", { class: "words" }, words(block.body, deck.names)) : null,
    block.actions?.length ? el("div", { class: "actions" }, block.actions.map((one) => button(one, block, deck))) : null);
}

export function carousel(block, deck) {
  return el("div", { class: "carousel", tabindex: "0", role: "region", "aria-label": `${block.elements.length} cards` },
    block.elements.map((one) => card(one, deck)));
}

/** *drawn* draws what is inside. */
export function container(block, deck, drawn) {
  const title = heading(block, deck, "h4");
  const inside = el("div", { class: "blocks" }, drawn(block.child_blocks, deck));
  const look = `container ${/^(narrow|wide|full)$/.test(block.width) ? block.width : "standard"}`;
  if (block.is_collapsible) return el("details", { class: look, open: !block.default_collapsed }, el("summary", {}, title), inside);
  return el("section", { class: look }, title, block.has_header_divider ? el("hr") : null, inside);
}

function heading(block, deck, tag) {
  const title = block.rich_text_title ? richText(block.rich_text_title, deck.names) : words(block.title, deck.names);
  if (!title.length && !block.subtitle && !block.icon) return null;
  return el("div", { class: "heading" }, block.icon ? thumbnail(block.icon) : null,
    el("div", {}, title.length ? el(tag, {}, title) : null,
      block.subtitle ? el("p", { class: "quiet" }, words(block.subtitle, deck.names)) : null));
}

export function alert(block, deck) {
  const level = own(LEVELS, block.level) ? block.level : "default";
  return el("p", { class: `alert level-${level}`, role: "note" }, el("span", { class: "level", "aria-hidden": "true" }, LEVELS[level]),
    el("span", {}, words(block.text, deck.names)));
}

export function plan(block, deck) {
  return el("section", { class: "plan" }, el("h4", {}, words(block.title, deck.names)),
    el("ol", {}, (block.tasks ?? []).map((one) => el("li", {}, task(one, deck)))));
}

export function task(block, deck) {
  const [sign, state] = own(STATES, block.status) ?? STATES.pending;
  const parts = [block.details, block.output].filter(Boolean).map((one) => el("div", { class: "rich" }, richText(one, deck.names)));
  const sources = (block.sources ?? []).map((one) => source(one));
  const title = [el("span", { class: `state ${block.status}`, "aria-hidden": "true" }, sign), " ", words(block.title, deck.names), el("span", { class: "quiet" }, ` · ${state}`)];
  if (!parts.length && !sources.length) return el("p", { class: "task" }, title);
  return el("details", { class: "task", open: block.status !== "complete" || Boolean(block.output) }, el("summary", {}, title), parts,
    sources.length ? el("p", { class: "sources" }, sources) : null);
}

function source(one) {
  if (!/^https?:/.test(one.url ?? "")) return el("span", {}, one.text);
  return el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.text || one.url);
}
