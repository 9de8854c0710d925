// The modal on top of a person's stack, and the question that a dangerous button asks first.

import { drawn } from "/static/blocks.js";
import { byId, el } from "/static/make.js";
import { words } from "/static/mrkdwn.js";

export class Modal {
  #dialog = byId("modal");
  #screen;
  #tell;
  #view = null;
  #version = "";
  #fields = [];

  constructor(screen, tell) {
    this.#screen = screen;
    this.#tell = tell;
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    this.#dialog.addEventListener("close", () => this.#close()); // a browser may close it on Esc without asking
  }

  draw(stack, names) {
    const view = stack.at(-1) ?? null;
    const version = view ? `${this.#screen.who} ${view.view_id} ${view.changed}` : "";
    if (version === this.#version) return;
    const same = view !== null && view.view_id === this.#view?.view_id;
    const typed = same ? this.#held() : {};
    this.#view = view;
    this.#version = version;
    this.#fields = [];
    if (!view) {
      this.#dialog.replaceChildren();
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    this.#dialog.replaceChildren(this.#form(view, stack.length, typed, names));
    if (!this.#dialog.open) this.#dialog.showModal();
    const wrong = this.#dialog.querySelector("[aria-invalid]");
    if (wrong) wrong.focus();
    else if (!same) (this.#dialog.querySelector(".body input, .body textarea, .body select, .body pre") ?? this.#dialog).focus();
  }

  #form(view, depth, typed, names) {
    const deck = {
      names,
      ask,
      errors: view.errors,
      state: view.state,
      fields: this.#fields,
      held: (block, action) => typed[block]?.[action],
      press: async (block_id, action_id, selected = null) =>
        this.#say(await this.#screen.act("presses", { view_id: view.view_id, block_id, action_id, selected, state: this.#held() })),
    };
    const form = el("form", { autocomplete: "off", novalidate: "" },
      el("header", {},
        el("h2", { id: "modal-title" }, words(view.title, names)),
        depth > 1 ? el("span", { class: "quiet" }, `${depth} of 3`) : null,
        el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => this.#close() }, "✕")),
      el("div", { class: "body" }, drawn(view.blocks, deck)),
      el("footer", {},
        el("button", { type: "button", class: "plain", onclick: () => this.#close() }, view.close?.text ?? "Cancel"),
        view.submit ? el("button", { type: "submit", class: "primary" }, view.submit.text) : null));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      if (!button || button.disabled) return;
      button.disabled = true;
      const refusal = await this.#screen.act("submits", { view_id: view.view_id, state: this.#held() });
      button.disabled = false;
      if (!refusal?.startsWith("The form was not accepted")) this.#say(refusal);
    });
    return form;
  }

  #held() {
    const state = {};
    for (const { block, action, read } of this.#fields) (state[block] ??= {})[action] = read();
    return state;
  }

  async #close() {
    if (this.#view) this.#say(await this.#screen.act("closes", { view_id: this.#view.view_id }));
  }

  #say(refusal) {
    if (refusal) this.#tell(refusal);
  }
}

/** Whether the person says yes to Slack's confirm object. */
export function ask(confirm) {
  const dialog = byId("confirm");
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.onclose = null;
      dialog.close();
      resolve(yes);
    };
    const look = confirm.style === "danger" ? "danger solid" : "primary";
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, confirm.title.text),
      el("p", {}, words(confirm.text, {})),
      el("footer", {},
        el("button", { type: "button", class: "plain", autofocus: "", onclick: () => answer(false) }, confirm.deny.text),
        el("button", { type: "button", class: look, onclick: () => answer(true) }, confirm.confirm.text)));
    dialog.onclose = () => answer(false);
    dialog.showModal();
  });
}
