// Small things to pull: rows of buttons and one-line forms, each of which says why it was refused.

import { el } from "/static/make.js";
import { tell } from "/static/toast.js";

/** A button that does *act*, which returns what refuses it or null. */
export function lever(label, act, given = {}) {
  return el("button", { type: "button", class: "plain", ...given, onclick: async () => tell(await act()) }, label);
}

export function levers(acts) {
  return el("div", { class: "actions" }, acts.map(([label, act]) => lever(label, act)));
}

/** One field and a button that hands what was typed to *act*; the field is empty again when all is well. */
export function lineForm(label, example, verb, act) {
  const input = el("input", { type: "text", placeholder: example, "aria-label": label, autocomplete: "off" });
  const form = el("form", { class: "inline" }, el("span", { class: "quiet" }, label), input, el("button", { type: "submit", class: "plain" }, verb));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (tell(await act(input.value.trim()))) input.value = "";
  });
  return form;
}

/** What is done with the money; *spend* takes {amount} or {amount, more}. */
export function moneyLevers(spend) {
  return [
    levers([["Drain to $20", () => spend({ amount: 20 })], ["Top up by $500", () => spend({ amount: 500, more: true })]]),
    lineForm("Set to", "49.50", "Set", (amount) => spend({ amount })),
  ];
}

/** Replaces what *holder* shows if *key* is another than before; the focus stays where it was. */
export function redraw(holder, key, make) {
  const now = JSON.stringify(key);
  if (holder.dataset.now === now) return;
  const focused = [...holder.querySelectorAll("button")].indexOf(document.activeElement);
  holder.dataset.now = now;
  holder.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
  if (focused >= 0) holder.querySelectorAll("button")[focused]?.focus();
}

export function money(amount, options = {}) {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", ...options }).format(Number(amount));
}
