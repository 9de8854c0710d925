// A menu in which one types to find: one option or several, in groups, from a list that may be asked for.

import { emojied } from "/static/blocks/emoji.js";
import { el } from "/static/make.js";

const PAUSE = 200; // ms without a key, after which the bot is asked

export class Picker {
  #several;
  #source;
  #at;
  #most;
  #line;
  #list;
  #chips;
  #shown = [];
  #mark = -1;
  #asked = 0;
  #waiting = 0;
  #told;

  /** *source*: find(text) gives {groups} or {refusal}; *least* characters must be typed; *asks* if it takes time. */
  constructor({ element, at, several, source, start }) {
    [this.#several, this.#source, this.#at] = [several, source, at];
    this.#most = element.max_selected_items ?? Infinity;
    this.chosen = start;
    this.#told = this.#key();
    const hint = element.placeholder?.text ?? "Choose…";
    this.#line = el("input", {
      id: at.id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${at.id}-list`, "aria-autocomplete": "list",
      autocomplete: "off", placeholder: hint, "aria-label": at.bare ? hint : undefined, "aria-describedby": at.about,
      "aria-invalid": at.wrong ? "true" : undefined, "data-at": at.at(), "data-first": element.focus_on_load ? "true" : undefined,
    });
    this.#list = el("ul", { id: `${at.id}-list`, role: "listbox", class: "options", "aria-label": hint, "aria-multiselectable": several ? "true" : undefined, hidden: true });
    this.#chips = el("span", { class: "chips" });
    this.node = el("div", { class: several ? "picker several" : "picker" }, this.#chips, this.#line, this.#list);
    this.#line.addEventListener("input", () => this.#find());
    this.#line.addEventListener("click", () => this.#open());
    this.#line.addEventListener("keydown", (event) => this.#press(event));
    this.node.addEventListener("focusout", (event) => this.node.contains(event.relatedTarget) || this.#close());
    this.#draw();
  }

  values() {
    const values = this.chosen.map((one) => one.value);
    return this.#several ? values : values[0] ?? "";
  }

  #open() {
    if (!this.#list.hidden) return;
    this.#line.select();
    this.#find("");
  }

  async #find(text = this.#line.value) {
    const turn = ++this.#asked;
    clearTimeout(this.#waiting);
    if (text.length < this.#source.least) {
      const less = this.#source.least;
      return this.#offer([], `Type ${less} character${less === 1 ? "" : "s"} or more.`);
    }
    if (this.#source.asks) {
      this.#offer([], "Looking…");
      await new Promise((resolve) => (this.#waiting = setTimeout(resolve, PAUSE)));
    }
    const found = await this.#source.find(text);
    if (turn === this.#asked && this.node.contains(document.activeElement)) this.#offer(found.groups ?? [], found.refusal);
  }

  #offer(groups, note = "Nothing fits.") {
    this.#shown = [];
    const rows = groups.filter((one) => one.options.length).flatMap(({ label, options }) => [
      label ? el("li", { class: "group", role: "presentation" }, label) : null,
      ...options.map((one) => this.#row(one)),
    ]);
    this.#list.replaceChildren(...rows.filter(Boolean), ...(this.#shown.length ? [] : [el("li", { class: "none", role: "presentation" }, note)]));
    this.#list.hidden = false;
    this.#line.setAttribute("aria-expanded", "true");
    this.#list.scrollIntoView({ block: "nearest" });
    const chosen = this.#several || this.#line.value !== emojied(this.chosen[0]?.text ?? "") ? -1 : this.#shown.findIndex((one) => this.#has(one));
    this.#point(this.#shown.length ? Math.max(chosen, 0) : -1);
  }

  #row(one) {
    const index = this.#shown.push(one) - 1;
    const on = this.#has(one);
    const row = el("li", { id: `${this.#at.id}-${index}`, role: "option", "aria-selected": String(on) },
      el("span", { class: "tick", "aria-hidden": "true" }, on ? "✓" : ""), el("span", {}, emojied(one.text)), one.about ? el("span", { class: "quiet" }, one.about) : null);
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#pick(one));
    return row;
  }

  #point(index) {
    this.#mark = index;
    const rows = [...this.#list.querySelectorAll("[role=option]")];
    rows.forEach((row, one) => row.classList.toggle("at", one === index));
    rows[index]?.scrollIntoView({ block: "nearest" });
    if (rows[index]) this.#line.setAttribute("aria-activedescendant", rows[index].id);
    else this.#line.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    const open = !this.#list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && !open) this.#open();
    else if (step && this.#shown.length) this.#point((this.#mark + step + this.#shown.length) % this.#shown.length);
    else if (event.key === "Enter" && open && this.#mark >= 0) this.#pick(this.#shown[this.#mark]);
    else if (event.key === "Escape" && open) this.#hide();
    else if (event.key === "Backspace" && this.#several && !this.#line.value && this.chosen.length) this.#drop(this.chosen.at(-1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #pick(one) {
    if (!this.#several) {
      this.chosen = [one];
      this.#hide();
      this.#draw();
      this.#line.select();
      return this.#tell();
    }
    if (this.#has(one)) this.chosen = this.chosen.filter((other) => other.value !== one.value);
    else if (this.chosen.length < this.#most) this.chosen = [...this.chosen, one];
    else return this.#offer([], `${this.#most} can be chosen at most.`);
    this.#line.value = "";
    this.#draw();
    if (this.#source.asks) this.#hide();
    else this.#find("");
  }

  #drop(one) {
    this.chosen = this.chosen.filter((other) => other.value !== one.value);
    this.#draw();
    this.#line.focus();
  }

  /** Several are told of once the menu is left, as Slack does. */
  #close() {
    this.#asked += 1;
    if (!this.#several && !this.#at.tells && !this.#line.value.trim()) this.chosen = [];
    this.#hide();
    this.#draw();
    this.#tell();
  }

  #hide() {
    this.#list.hidden = true;
    this.#line.setAttribute("aria-expanded", "false");
    this.#point(-1);
  }

  async #tell() {
    const now = this.#key();
    if (!this.#at.tells || now === this.#told || (!this.#several && !this.chosen.length)) return;
    const before = this.#told;
    this.#told = now;
    await this.#at.tell(this.values(), () => {
      this.#told = before;
      this.chosen = JSON.parse(before);
      this.#draw();
    });
  }

  #draw() {
    if (!this.#several) this.#line.value = this.chosen.length ? emojied(this.chosen[0].text) : "";
    else this.#chips.replaceChildren(...this.chosen.map((one) =>
      el("button", { type: "button", class: "pill", "aria-label": `Remove ${one.text}`, onclick: () => this.#drop(one) }, emojied(one.text), el("span", { "aria-hidden": "true" }, "✕"))));
  }

  #has(one) {
    return this.chosen.some((other) => other.value === one.value);
  }

  #key() {
    return JSON.stringify(this.chosen);
  }
}
