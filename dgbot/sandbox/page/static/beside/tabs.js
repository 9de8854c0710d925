// A row of tabs: the arrows move along it, and one stop of the Tab key passes it.

import { el } from "/static/make.js";

/** Fills *bar* with *tabs* ([name, label, id of what it shows]) and returns a way to mark the one that is picked. */
export function tablist(bar, tabs, pick) {
  const buttons = tabs.map(([name, label, shows]) =>
    el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": shows, onclick: () => pick(name) }, label));
  bar.replaceChildren(...buttons);
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = (to + buttons.length) % buttons.length;
    buttons[next].focus();
    pick(tabs[next][0]);
  });
  return (picked) => buttons.forEach((button, index) => {
    const on = tabs[index][0] === picked;
    button.setAttribute("aria-selected", String(on));
    button.tabIndex = on ? 0 : -1;
  });
}
