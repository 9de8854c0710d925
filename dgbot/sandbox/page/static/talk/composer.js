// The line that a person types, and the commands that it may become. A draft belongs to its person and its room.

import { byId, el } from "/static/make.js";
import { fitting, guestLine, hint } from "/static/talk/hints.js";

export class Composer {
  #line = byId("line");
  #hints = byId("hints");
  #send;
  #commands = [];
  #person = { may: [] };
  #place = "";
  #drafts = new Map();
  #past = new Map();
  #shown = [];
  #at = -1;
  #reached = false; // whether the marked hint was reached by the arrows

  /** *send(text)* returns whether it was sent. */
  constructor(send) {
    this.#send = send;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#line.addEventListener("input", () => this.#changed());
    this.#line.addEventListener("keydown", (event) => this.#key(event));
    this.#line.addEventListener("blur", () => this.#hide());
    this.#line.addEventListener("focus", () => this.#changed());
  }

  knows(commands) {
    this.#commands = commands.map((one) => ({ ...one, start: `${one.command} ${one.name}`.trim() }));
    if (document.activeElement === this.#line) this.#changed();
  }

  get commands() {
    return this.#commands;
  }

  /** *person* writes to the room of that *id*, called *name*. */
  aims(person, id, name) {
    this.#line.placeholder = `Message ${name}`;
    this.#person = person;
    const place = `${person.name} ${id}`;
    if (place === this.#place) return;
    this.#drafts.set(this.#place, this.#line.value);
    this.#place = place;
    this.#line.value = this.#drafts.get(place) ?? "";
    this.#grow();
    this.#hide();
  }

  /** Whether anything can be sent now. */
  rests(on) {
    byId("composer").querySelector("[type=submit]").disabled = on;
  }

  focus() {
    this.#line.focus();
  }

  /** Writes *text* for somebody to look at, and perhaps to send. */
  put(text) {
    this.#line.value = text;
    this.#line.focus();
    this.#line.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  async #submit() {
    const text = this.#line.value.trim();
    if (!text || byId("composer").querySelector("[type=submit]").disabled) return;
    const place = this.#place;
    this.#past.set(this.#person.name, text);
    this.#put("");
    if (await this.#send(text)) return;
    if (place !== this.#place) this.#drafts.set(place, this.#drafts.get(place) || text);
    else if (!this.#line.value) this.#put(text);
  }

  #key(event) {
    const picking = !this.#hints.hidden && this.#at >= 0;
    const past = this.#past.get(this.#person.name);
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (picking && (this.#reached || !this.#whole())) this.#pick(this.#at);
      else this.#submit();
    } else if (event.key === "Tab" && !event.shiftKey && picking && !this.#named()) {
      event.preventDefault();
      this.#pick(this.#at);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.#shown.length > 1 && !this.#hints.hidden) {
      event.preventDefault();
      this.#mark((this.#at + (event.key === "ArrowDown" ? 1 : -1) + this.#shown.length) % this.#shown.length);
      this.#reached = true;
    } else if (event.key === "ArrowUp" && !this.#line.value && past) {
      event.preventDefault();
      this.#put(past);
    } else if (event.key === "Escape" && !this.#hints.hidden) {
      event.preventDefault();
      this.#hide();
    }
  }

  /** Whether the line can be sent as it is: it names a command, or is the slash command alone, which shows help. */
  #whole() {
    return this.#named() || this.#commands.some((one) => this.#line.value.trimEnd() === one.command);
  }

  #named() {
    const typed = this.#line.value.trimEnd();
    return this.#commands.some((one) => typed === one.start || typed.startsWith(`${one.start} `));
  }

  #changed() {
    this.#grow();
    const typed = this.#line.value;
    this.#shown = this.#person.guest ? [] : fitting(this.#commands, typed, this.#person);
    this.#reached = false;
    if (this.#person.guest && typed.startsWith("/")) return this.#tell(guestLine(this.#person));
    if (!this.#shown.length) return this.#hide();
    this.#hints.replaceChildren(...this.#shown.map((one, index) => this.#row(one, index)));
    this.#open();
    this.#mark(0);
  }

  #row(one, index) {
    const row = el("li", { id: `hint-${index}`, role: "option" }, hint(one, this.#person));
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#pick(index);
    });
    return row;
  }

  #tell(sentence) {
    this.#hints.replaceChildren(el("li", { role: "option", "aria-disabled": "true", class: "quiet" }, sentence));
    this.#at = -1;
    this.#open();
  }

  #open() {
    this.#hints.hidden = false;
    this.#line.setAttribute("aria-expanded", "true");
  }

  #mark(index) {
    this.#at = index;
    [...this.#hints.children].forEach((row, one) => row.setAttribute("aria-selected", String(one === index)));
    this.#hints.children[index]?.scrollIntoView({ block: "nearest" });
    this.#line.setAttribute("aria-activedescendant", `hint-${index}`);
  }

  #pick(index) {
    this.#put(`${this.#shown[index].start} `);
    this.#line.focus();
    this.#changed();
  }

  #put(text) {
    this.#line.value = text;
    this.#changed();
  }

  #hide() {
    this.#hints.hidden = true;
    this.#at = -1;
    this.#reached = false;
    this.#line.setAttribute("aria-expanded", "false");
    this.#line.removeAttribute("aria-activedescendant");
  }

  #grow() {
    if (this.#line.offsetParent === null) return; // hidden, it has no height to follow
    this.#line.style.height = "auto";
    this.#line.style.height = `${Math.min(this.#line.scrollHeight, 160)}px`;
  }
}
