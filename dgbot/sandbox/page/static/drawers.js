// On a narrow screen the two sides are drawers.

import { byId } from "/static/make.js";

const DRAWERS = [["show-side", "side"], ["show-world", "world"]];

export function makeDrawers() {
  for (const [button, panel] of DRAWERS) byId(button).addEventListener("click", () => drawer(panel));
  byId("veil").addEventListener("click", () => drawer(null));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const open = DRAWERS.find(([, panel]) => byId(panel).classList.contains("open"));
    drawer(null);
    if (open) byId(open[0]).focus();
  });
}

/** Opens *panel* or closes it again; null closes both. */
export function drawer(panel) {
  for (const [button, one] of DRAWERS) {
    const on = one === panel && !byId(one).classList.contains("open");
    byId(one).classList.toggle("open", on);
    byId(button).setAttribute("aria-expanded", String(on));
  }
  byId("veil").hidden = !document.querySelector("#side.open, #world.open");
}
