// The modal on top of a person's stack. Esc closes it; the keyboard then goes back to what opened it.

import { drawn } from "/static/blocks/blocks.js";
import { deckOf, gathered } from "/static/blocks/deck.js";
import { keepingFocus, returning } from "/static/focus.js";
import { byId, el } from "/static/make.js";
import { words } from "/static/blocks/mrkdwn.js";

const FIRST = ["[data-first]", ".body :is(input, textarea, select)", ".body pre", "footer [type=submit]"];

export class Modal {
  #dialog = byId("modal");
  #screen;
  #tell;
  #view = null;
  #who = "";
  #version = "";
  #fields = [];
  #openers = new Map();

  constructor(screen, tell) {
    this.#screen = screen;
    this.#tell = tell;
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    this.#dialog.addEventListener("close", () => this.#close()); // a browser may close it on Esc without asking
  }

  /** *common* is what every deck has (deck.js). */
  draw(stack, common) {
    const view = stack.at(-1) ?? null;
    const version = view ? `${common.who} ${view.view_id} ${view.changed}` : "";
    if (version === this.#version) return;
    const same = view !== null && view.view_id === this.#view?.view_id;
    const typed = same ? gathered(this.#fields, "keep") : {};
    const back = view ? this.#openers.get(view.view_id) : this.#openers.get("");
    if (!same) this.#openers.set(this.#view?.view_id ?? "", returning());
    this.#view = view;
    this.#who = common.who;
    this.#version = version;
    if (!view) return this.#vanish(back);
    keepingFocus(() => this.#dialog.replaceChildren(this.#form(view, stack.length, typed, common)));
    if (!this.#dialog.open) this.#dialog.showModal();
    if (!same) back?.();
    this.#settle(same);
  }

  #vanish(back) {
    this.#fields = [];
    this.#openers.clear();
    this.#dialog.replaceChildren();
    if (this.#dialog.open) this.#dialog.close();
    back?.();
  }

  /** On what is wrong; else where the bot wants it or the first field, unless the person is somewhere already. */
  #settle(same) {
    const dialog = this.#dialog;
    const wrong = dialog.querySelector("[aria-invalid=true], .wrong input");
    const inside = dialog.contains(document.activeElement) && document.activeElement !== dialog;
    const first = () => FIRST.map((one) => dialog.querySelector(one)).find(Boolean) ?? dialog;
    if (wrong && !wrong.closest(".wrong").contains(document.activeElement)) wrong.focus();
    else if (!wrong && (!inside || (!same && document.activeElement.closest("header")))) first().focus();
  }

  #form(view, depth, typed, common) {
    const deck = deckOf({ view_id: view.view_id }, common, { state: view.state, errors: view.errors, typed });
    this.#fields = deck.fields;
    const asked = new Set(view.blocks.filter((one) => one.type === "input").map((one) => one.block_id));
    const stray = Object.entries(view.errors).filter(([block]) => !asked.has(block)).map(([, error]) => error);
    const form = el("form", { autocomplete: "off", novalidate: "" },
      el("header", {},
        el("h2", { id: "modal-title" }, words(view.title, common.names)),
        depth > 1 ? el("span", { class: "quiet" }, `${depth} of 3`) : null,
        el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => this.#close() }, "✕")),
      el("div", { class: "body" }, stray.map((error) => el("p", { class: "error", role: "alert" }, error)), drawn(view.blocks, deck)),
      el("footer", {},
        el("button", { type: "button", class: "plain", onclick: () => this.#close() }, view.close ? words(view.close, {}) : "Cancel"),
        view.submit ? el("button", { type: "submit", class: "primary" }, words(view.submit, {})) : null));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      if (!button || button.ariaDisabled === "true") return;
      button.ariaDisabled = "true";
      const refusal = await this.#screen.act("submits", { who: common.who, view_id: view.view_id, state: gathered(deck.fields) });
      button.ariaDisabled = null;
      if (!refusal?.startsWith("The form was not accepted")) this.#say(refusal);
    });
    return form;
  }

  async #close() {
    if (this.#view) this.#say(await this.#screen.act("closes", { who: this.#who, view_id: this.#view.view_id }));
  }

  #say(refusal) {
    if (refusal) this.#tell(refusal);
  }
}
