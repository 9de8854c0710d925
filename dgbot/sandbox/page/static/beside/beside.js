// What stands beside the conversation: the world, Deepgram's console and the wire, one at a time.

import { Holdings } from "/static/beside/holdings.js";
import { byId, el } from "/static/make.js";
import { tablist } from "/static/beside/tabs.js";
import { Wire } from "/static/beside/wire.js";
import { World } from "/static/beside/world.js";

const TABS = [["world", "World", "beside-world"], ["deepgram", "Deepgram", "beside-deepgram"], ["wire", "Wire", "beside-wire"]];

export class Beside {
  #panels;
  #mark;

  /** *pick(name)* is told which tab somebody wants. */
  constructor(pick) {
    const bar = el("div", { class: "beside-tabs", role: "tablist", "aria-label": "Beside the conversation" });
    this.#mark = tablist(bar, TABS, pick);
    const panel = ([name, , id]) => el("div", { id, class: "beside", role: "tabpanel", "aria-labelledby": `tab-${name}` });
    const holders = TABS.map(panel);
    byId("world").append(bar, ...holders);
    new World(holders[0]);
    this.#panels = { world: { holder: holders[0] }, deepgram: new Holdings(holders[1]), wire: new Wire(holders[2]) };
  }

  /** Shows the tab called *name*, else the world; the others rest. */
  show(name) {
    const picked = name in this.#panels ? name : "world";
    this.#mark(picked);
    byId("page").classList.toggle("wide", picked !== "world");
    for (const [one, panel] of Object.entries(this.#panels)) {
      panel.holder.hidden = one !== picked;
      panel.watch?.(one === picked);
    }
  }
}
