// On a narrow screen the two sides are drawers.

import { byId } from "/static/make.js";

const DRAWERS = [["show-side", "side"], ["show-world", "world"]];

export function makeDrawers() {
  for (const [button, panel] of DRAWERS) byId(button).addEventListener("click", () => drawer(panel));
  byId("veil").addEventListener("click", () => drawer(null));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    drawer(null, true);
  });
}

/** Opens *panel* or closes it again; null closes both. With *back* the focus goes to the button that opened one. */
export function drawer(panel, back = false) {
  const before = DRAWERS.find(([, one]) => byId(one).classList.contains("open"));
  for (const [button, one] of DRAWERS) {
    const on = one === panel && !byId(one).classList.contains("open");
    byId(one).classList.toggle("open", on);
    byId(button).setAttribute("aria-expanded", String(on));
  }
  if (back && before) byId(before[0]).focus();
  byId("veil").hidden = !document.querySelector("#side.open, #world.open");
}
