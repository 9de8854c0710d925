// What stands beside the conversation: the world, Deepgram's console and the wire, one at a time.

import { drawer } from "/static/drawers.js";
import { Holdings } from "/static/beside/holdings.js";
import { byId, el } from "/static/make.js";
import { tablist } from "/static/beside/tabs.js";
import { Wire } from "/static/beside/wire.js";
import { World } from "/static/beside/world.js";

const TABS = [["world", "World", "beside-world"], ["deepgram", "Deepgram", "beside-deepgram"], ["wire", "Wire", "beside-wire"]];

export class Beside {
  #panels;
  #mark;

  /** *pick(name)* is told which tab somebody wants, *started()* that the bot was started anew. *alone*: there is only Slack. */
  constructor(pick, started, alone = false) {
    const bar = el("div", { class: "beside-tabs", role: "tablist", "aria-label": "Beside the conversation" });
    const close = el("button", { type: "button", class: "icon narrow-world", "aria-label": "Close", onclick: () => drawer(null, true) }, "✕");
    const tabs = alone ? TABS.filter(([name]) => name !== "deepgram") : TABS;
    this.#mark = tablist(bar, tabs, pick);
    const panel = ([name, , id]) => el("div", { id, class: "beside", role: "tabpanel", "aria-labelledby": `tab-${name}` });
    const holders = tabs.map(panel);
    byId("world").append(el("div", { class: "beside-top" }, bar, close), ...holders);
    new World(holders[0], started, alone);
    this.#panels = { world: { holder: holders[0] }, ...(alone ? {} : { deepgram: new Holdings(holders[1]) }), wire: new Wire(holders.at(-1), alone) };
  }

  /** Shows the tab called *name*, else the world; the others rest. */
  show(name) {
    const picked = name in this.#panels ? name : "world";
    this.#mark(picked);
    for (const [one, panel] of Object.entries(this.#panels)) {
      panel.holder.hidden = one !== picked;
      panel.watch?.(one === picked);
    }
  }
}
