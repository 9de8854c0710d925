// The wire: every exchange between the bot, Slack and Deepgram, newest first. Secrets are masked before they come here.

import { Feed } from "/static/feed.js";
import { exchangeRow, fits } from "/static/beside/exchange.js";
import { el } from "/static/make.js";

const KEPT = 500;
const SHOWN = 200;

export class Wire {
  #feed;
  #kept = []; // oldest first
  #last = 0;
  #waiting = [];
  #drawing = 0;
  #paused = false;
  #side = el("select", { "aria-label": "Side" }, ["Both sides", "Slack", "Deepgram"].map((one) => el("option", { value: one === "Both sides" ? "" : one }, one)));
  #text = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter by text", autocomplete: "off" });
  #pause = el("button", { type: "button", class: "plain small", "aria-pressed": "false" }, "Pause");
  #news = el("button", { type: "button", class: "plain small news", hidden: true });
  #none = el("p", { class: "quiet" }, "Nothing yet.");
  #list = el("ol", { class: "wire", reversed: true });

  /** *alone*: there is no side but Slack. */
  constructor(holder, alone = false) {
    this.holder = holder;
    this.#side.hidden = alone;
    this.#feed = new Feed((told) => this.#take(told), (up) => holder.classList.toggle("stale", !up));
    const clear = el("button", { type: "button", class: "plain small", onclick: () => this.#clear() }, "Clear");
    holder.append(el("div", { class: "wire-bar" }, this.#side, this.#text, this.#pause, clear), this.#news, this.#none, this.#list);
    this.#side.addEventListener("change", () => this.#drawAll());
    this.#text.addEventListener("input", () => this.#drawAll());
    this.#pause.addEventListener("click", () => this.#hold(!this.#paused));
    this.#news.addEventListener("click", () => {
      for (const row of this.#list.querySelectorAll("details[open]")) row.open = false;
      this.#hold(false);
    });
    this.#list.addEventListener("toggle", () => this.#later(), true);
  }

  watch(on) {
    if (on) this.#feed.open(() => `/page/wire?after=${this.#last}`);
    else this.#feed.close();
  }

  #take({ fresh, exchanges }) {
    if (fresh) {
      this.#last = 0;
      this.#clear();
    }
    const added = exchanges.filter((one) => one.number > this.#last);
    if (added.length) this.#last = added.at(-1).number;
    this.#waiting = this.#waiting.concat(added).slice(-KEPT);
    this.#later();
  }

  /** While somebody reads an exchange, or has paused, new ones wait: nothing moves away under the eyes. */
  #held() {
    return this.#paused || this.#list.querySelector("details[open]") !== null;
  }

  #hold(on) {
    this.#paused = on;
    this.#pause.textContent = on ? "Follow" : "Pause";
    this.#pause.setAttribute("aria-pressed", String(on));
    this.#later();
  }

  #later() {
    this.#drawing ||= setTimeout(() => {
      this.#drawing = 0;
      this.#draw();
    }, 100);
  }

  #draw() {
    const held = this.#held();
    this.#news.hidden = !held || !this.#waiting.length;
    this.#news.textContent = `${this.#waiting.length} new`;
    if (held || !this.#waiting.length) return;
    const added = this.#waiting.splice(0);
    this.#kept = this.#kept.concat(added).slice(-KEPT);
    const rows = added.filter((one) => this.#fits(one)).slice(-SHOWN).reverse().map(exchangeRow);
    this.#list.prepend(...rows);
    while (this.#list.childElementCount > SHOWN) this.#list.lastElementChild.remove();
    this.#say();
  }

  #drawAll() {
    this.#list.replaceChildren(...this.#kept.filter((one) => this.#fits(one)).slice(-SHOWN).reverse().map(exchangeRow));
    this.#say();
    this.#later();
  }

  #fits(one) {
    return (!this.#side.value || one.side === this.#side.value) && fits(one, this.#text.value);
  }

  #say() {
    this.#none.hidden = this.#list.childElementCount > 0;
    this.#none.textContent = this.#kept.length ? "Nothing fits." : "Nothing yet.";
  }

  #clear() {
    this.#kept = [];
    this.#waiting = [];
    this.#drawAll();
  }
}
