// What can be filled in: the frame of an input with its label, hint and error, and the field in it.

import { choices } from "/static/fields/choices.js";
import { placeOf } from "/static/blocks/deck.js";
import { el } from "/static/make.js";
import { menu } from "/static/fields/menus.js";
import { words } from "/static/blocks/mrkdwn.js";
import { own } from "/static/own.js";
import { typed } from "/static/fields/texts.js";

let count = 0;

const KINDS = {
  ...Object.fromEntries(["plain_text", "email_text", "url_text", "number", "rich_text"].map((kind) => [`${kind}_input`, typed])),
  ...Object.fromEntries(["date", "time", "datetime"].map((kind) => [`${kind}picker`, typed])),
  ...Object.fromEntries(["static", "external", "users", "conversations", "channels"].flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`]).map((kind) => [kind, menu])),
  radio_buttons: choices,
  checkboxes: choices,
  file_input: files,
};

export function fillable(element) {
  return Boolean(element) && Object.hasOwn(KINDS, element.type);
}

/** In an input block with its frame; elsewhere bare, and then the bot is told of each choice at once. */
export function field(block, element, deck) {
  const bare = block.type !== "input";
  const id = `field-${++count}`;
  const wrong = own(deck.errors ?? {}, block.block_id);
  const about = [wrong && `${id}-wrong`, block.hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const control = KINDS[element.type](element, {
    id, about, wrong, bare, deck, block,
    at: (part) => placeOf(deck, block, element, part),
    held: deck.held?.(block.block_id, element.action_id),
    kept: own(own(deck.state ?? {}, block.block_id) ?? {}, element.action_id),
    tells: bare || block.dispatch_action === true,
    tell: async (selected, undo) => {
      if (element.confirm && !(await deck.ask(element.confirm))) return undo?.();
      await deck.press(block.block_id, element.action_id, selected);
    },
  });
  if (control.read) deck.fields?.push({ block: block.block_id, action: element.action_id, read: control.read, keep: control.keep });
  if (bare) return control.node;
  const label = [words(block.label, deck.names), block.optional ? el("span", { class: "quiet" }, " (optional)") : null];
  return el(control.group ? "fieldset" : "div", { class: wrong ? "field wrong" : "field" },
    control.group ? el("legend", {}, label) : el("label", { for: id }, label),
    control.node,
    wrong ? el("p", { class: "error", id: `${id}-wrong` }, wrong) : null,
    block.hint ? el("p", { class: "quiet", id: `${id}-hint` }, words(block.hint, deck.names)) : null);
}

function files(element, at) {
  const kinds = element.filetypes?.length ? ` (${element.filetypes.join(", ")})` : "";
  return {
    group: true,
    node: el("p", { class: "note", id: at.id }, `Up to ${element.max_files ?? 10} files${kinds} can be attached here in Slack. In the sandbox it is sent empty.`),
  };
}
