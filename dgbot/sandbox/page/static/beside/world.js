// The world beside the conversation: the bot, the time, the money, and what is wrong.

import { Bot } from "/static/beside/bot.js";
import { Feed } from "/static/feed.js";
import { levers, lineForm, money } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { post } from "/static/screen.js";
import { Trouble } from "/static/beside/trouble.js";

const BEHIND = { up: "The bot is catching up…", starting: "The bot is catching up…" };

export class World {
  #skew = 0;
  #bot = new Bot();
  #trouble = new Trouble();
  #clock = el("p", { class: "figure" });
  #date = el("p", { class: "quiet" });
  #followed = el("p", { class: "quiet", "aria-live": "polite" });
  #balance = el("p", { class: "figure" });

  constructor(holder) {
    holder.append(
      this.#bot.section,
      el("section", {}, el("h2", {}, "Time here"), el("div", { class: "row" }, this.#clock, this.#date),
        levers(["30m", "3h", "1d", "7d"].map((by) => [`+${by}`, () => post("/page/clock", { by })])),
        lineForm("Move on by", "12h", "Move", (by) => post("/page/clock", { by })), this.#followed),
      el("section", {}, el("h2", {}, "Left at Deepgram"),
        el("div", { class: "row" }, this.#balance, el("p", { class: "quiet" }, "acme-prod, US dollars")),
        levers([["Drain, $20", () => post("/page/balance", { amount: 20 })], ["Top up, $540", () => post("/page/balance", { amount: 540 })]]),
        lineForm("Set to", "49.50", "Set", (amount) => post("/page/balance", { amount })),
        el("p", { class: "quiet" }, "The bot looks every 30 minutes of its own time: move the clock to see an alert.")),
      this.#trouble.section);
    new Feed((told) => this.#draw(told), (up) => holder.classList.toggle("stale", !up)).open(() => "/page/world");
    setInterval(() => this.#tick(), 1000);
  }

  #draw(told) {
    this.#skew = told.now * 1000 - Date.now();
    this.#balance.textContent = money(told.balance);
    this.#balance.classList.toggle("low", Number(told.balance) < 50);
    this.#followed.textContent = told.followed ? "The bot has followed." : BEHIND[told.bot.state] ?? "The bot follows once it is up.";
    this.#bot.draw(told.bot);
    this.#trouble.draw(told.troubles);
    this.#tick();
  }

  #tick() {
    const now = new Date(Date.now() + this.#skew);
    this.#clock.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(now);
    this.#date.textContent = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(now);
  }
}
