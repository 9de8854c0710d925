// What the blocks of one message or one view live on: names, what their fields hold, and the way to the bot.

import { own } from "/static/own.js";

/**
 * *where* is {channel, ts} or {view_id}; *common* has who, names, people, rooms, ask, tell and screen;
 * *typed* is what the fields held before they were drawn anew. What is pressed is pressed by who saw it.
 */
export function deckOf(where, common, { state = {}, errors = {}, typed = {}, ...more } = {}) {
  const fields = [];
  return {
    ...common,
    ...more,
    place: Object.values(where).join(" "),
    fields,
    state,
    errors,
    held: (block, action) => own(own(typed, block) ?? {}, action),
    press: async (block_id, action_id, selected = null) =>
      common.tell(await common.screen.act("presses", { who: common.who, ...where, block_id, action_id, selected, state: gathered(fields) })),
    lookUp: (block_id, action_id, text) =>
      answered({ who: common.who, act: "looks_up", ...where, block_id, action_id, typed: text }),
  };
}

/** What *fields* hold by block and action: as the bot is told, or ("keep") as they are drawn again. */
export function gathered(fields, way = "read") {
  const state = Object.create(null); // a block may be called __proto__
  for (const field of fields) (state[field.block] ??= Object.create(null))[field.action] = (field[way] ?? field.read)();
  return state;
}

/** Where an element is on the page, so that it is found again when it was drawn anew. */
export function placeOf(deck, block, element, part = "") {
  return [deck.place, block.block_id, element.action_id, part].join("/");
}

async function answered(body) {
  try {
    const answer = await fetch("/page/acts", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "The sandbox does not answer." };
  }
}
