// The bot as a process: whether it is up, how it ended, what it logs; it can be killed at any moment and started again.

import { lever, redraw } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { post } from "/static/screen.js";

const LOOKS = { up: "chip good", starting: "chip", down: "chip bad", fallen: "chip bad" };
const WORDS = { up: "up", starting: "starting", down: "down", fallen: "ended by itself" };
const REFRESH = 2000;

export class Bot {
  #state = el("span", { class: "chip", "aria-live": "polite" });
  #kill = lever("Kill", () => post("/page/bot", { do: "kill" }), { title: "kill -9, whatever it is doing" });
  #start = lever("Start", () => post("/page/bot", { do: "start" }));
  #words = el("pre", { class: "log", tabindex: 0, "aria-label": "The bot's last words", hidden: true });
  #happened = el("ul", { class: "happened" });
  #lines = el("pre", { class: "log", tabindex: 0, "aria-label": "The bot's log" });
  #log = el("details", {}, el("summary", {}, "Log"), el("p", { class: "quiet" }, "Its times are this computer's, in UTC; moving the clock here does not move them."), this.#lines);

  constructor() {
    this.section = el("section", {}, el("h2", {}, "Bot"),
      el("div", { class: "row" }, this.#state, el("span", { class: "grow" }), this.#kill, this.#start),
      this.#words, this.#happened, this.#log);
    this.#log.addEventListener("toggle", () => this.#read());
    setInterval(() => this.#read(), REFRESH);
  }

  draw(bot) {
    this.#state.textContent = WORDS[bot.state];
    this.#state.className = LOOKS[bot.state];
    this.#kill.disabled = bot.state === "down" || bot.state === "fallen";
    this.#start.disabled = !this.#kill.disabled;
    this.#words.hidden = !bot.words;
    if (this.#words.textContent !== bot.words) this.#words.textContent = bot.words;
    redraw(this.#happened, bot.happened, () => [...bot.happened].reverse().map((one) =>
      el("li", {}, el("time", {}, hour(one.at)), ` ${one.what}`)));
  }

  async #read() {
    if (!this.#log.open || document.hidden || this.#log.offsetParent === null) return;
    try {
      const { lines } = await (await fetch("/page/log")).json();
      const text = lines.join("\n") || "Nothing yet.";
      if (this.#lines.textContent === text) return;
      const below = this.#lines.scrollHeight - this.#lines.scrollTop - this.#lines.clientHeight < 30;
      this.#lines.textContent = text;
      if (below) this.#lines.scrollTop = this.#lines.scrollHeight;
    } catch {
      // the server is away; the next look may find it
    }
  }
}

function hour(at) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at * 1000));
}
