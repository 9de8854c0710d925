// The bot's Home tab, as it was published for this person.

import { drawn } from "/static/blocks/blocks.js";
import { deckOf, gathered } from "/static/blocks/deck.js";
import { el } from "/static/make.js";

let last = { view_id: "", fields: [] };

/** What is typed in it stays when the bot publishes it anew. */
export function home(view, common) {
  if (!view) return "The bot has published no Home for you.";
  const typed = last.view_id === view.view_id ? gathered(last.fields, "keep") : {};
  const deck = deckOf({ view_id: view.view_id }, common, { state: view.state, typed });
  last = { view_id: view.view_id, fields: deck.fields };
  return el("div", { class: "blocks home" }, drawn(view.blocks, deck));
}
