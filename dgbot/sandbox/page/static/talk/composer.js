// The line that a person types, and the commands that it may become.

import { byId, el } from "/static/make.js";

export class Composer {
  #line = byId("line");
  #hints = byId("hints");
  #send;
  #commands = [];
  #shown = [];
  #at = -1;
  #past = [];

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
    this.#commands = commands.map((one) => ({ ...one, start: `${one.command} ${one.name}` }));
  }

  /** *name* is where the line goes. */
  aims(name) {
    this.#line.placeholder = `Message ${name}`;
  }

  focus() {
    this.#line.focus();
  }

  async #submit() {
    const text = this.#line.value.trim();
    if (!text) return;
    this.#past.push(text);
    this.#put("");
    if (!(await this.#send(text)) && !this.#line.value) this.#put(text);
  }

  #key(event) {
    const picking = !this.#hints.hidden && this.#at >= 0;
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (picking && !this.#whole()) this.#pick(this.#at);
      else this.#submit();
    } else if (event.key === "Tab" && !event.shiftKey && picking && !this.#whole()) {
      event.preventDefault();
      this.#pick(this.#at);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.#shown.length > 1 && !this.#hints.hidden) {
      event.preventDefault();
      this.#mark((this.#at + (event.key === "ArrowDown" ? 1 : -1) + this.#shown.length) % this.#shown.length);
    } else if (event.key === "ArrowUp" && !this.#line.value && this.#past.length) {
      event.preventDefault();
      this.#put(this.#past.at(-1));
    } else if (event.key === "Escape" && !this.#hints.hidden) {
      event.preventDefault();
      this.#hide();
    }
  }

  /** Whether the line has the whole name of a command already. */
  #whole() {
    const typed = this.#line.value.trimEnd();
    return this.#commands.some((one) => typed === one.start || typed.startsWith(`${one.start} `));
  }

  #changed() {
    this.#grow();
    const typed = this.#line.value;
    const whole = this.#commands.filter((one) => typed.startsWith(`${one.start} `));
    const longest = whole.sort((a, b) => b.start.length - a.start.length).slice(0, 1);
    this.#shown = !typed.startsWith("/") || typed.includes("\n")
      ? [] : longest.length ? longest : this.#commands.filter((one) => one.start.startsWith(typed));
    if (!this.#shown.length) return this.#hide();
    this.#hints.replaceChildren(...this.#shown.map((one, index) => this.#hint(one, index)));
    this.#hints.hidden = false;
    this.#line.setAttribute("aria-expanded", "true");
    this.#mark(0);
  }

  #hint(one, index) {
    const row = el("li", { id: `hint-${index}`, role: "option" },
      el("span", { class: "usage" }, el("b", {}, one.start), one.usage.slice(one.name.length)), el("span", { class: "quiet" }, one.summary));
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#pick(index);
    });
    return row;
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
    this.#line.setAttribute("aria-expanded", "false");
    this.#line.removeAttribute("aria-activedescendant");
  }

  #grow() {
    this.#line.style.height = "auto";
    this.#line.style.height = `${Math.min(this.#line.scrollHeight, 160)}px`;
  }
}
