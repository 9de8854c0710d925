// The world beside the conversation: the bot, the time, the money, and what is wrong.

import { Bot } from "/static/beside/bot.js";
import { Feed } from "/static/feed.js";
import { levers, lineForm, money, moneyLevers } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { now } from "/static/now.js";
import { post } from "/static/screen.js";
import { Trouble } from "/static/beside/trouble.js";

const BEHIND = { up: "The bot is catching up…", starting: "The bot is catching up…" };

export class World {
  #bot = new Bot();
  #trouble;
  #clock = el("p", { class: "figure" });
  #date = el("p", { class: "quiet" });
  #followed = el("p", { class: "quiet", "aria-live": "polite" });
  #balance = el("p", { class: "figure" });

  #looks = el("p", { class: "quiet" });
  #state = "";
  #started;

  /** *started()* is told when the bot is up again. *alone*: there is only Slack, and what goes wrong there. */
  constructor(holder, started, alone) {
    this.#started = started;
    this.#trouble = new Trouble(alone ? ["Slack"] : undefined);
    if (alone) holder.append(this.#trouble.section);
    else holder.append(
      this.#bot.section,
      el("section", {}, el("h2", {}, "Time here"), el("div", { class: "row" }, this.#clock, this.#date),
        levers(["30m", "3h", "1d", "7d"].map((by) => [`+${by}`, () => post("/page/clock", { by })])),
        lineForm("Move on by", "12h", "Move", (by) => post("/page/clock", { by })), this.#followed),
      el("section", {}, el("h2", {}, "Left at Deepgram"),
        el("div", { class: "row" }, this.#balance, el("p", { class: "quiet" }, "acme-prod, US dollars")),
        moneyLevers((given) => post("/page/balance", given)), this.#looks),
      this.#trouble.section);
    new Feed((told) => this.#draw(told), (up) => holder.classList.toggle("stale", !up)).open(() => "/page/world");
    setInterval(() => this.#tick(), 1000);
  }

  #draw(told) {
    this.#balance.textContent = money(told.balance);
    this.#balance.classList.toggle("low", Number(told.balance) < 50);
    this.#followed.textContent = told.followed ? "The bot has followed." : BEHIND[told.bot.state] ?? "The bot follows once it is up.";
    this.#looks.textContent = `The bot looks every ${lasting(told.every)} of the time here: move the clock to see an alert.`;
    this.#bot.draw(told.bot);
    if (told.bot.state === "up" && this.#state && this.#state !== "up") this.#started();
    this.#state = told.bot.state;
    this.#trouble.draw(told.troubles);
    this.#tick();
  }

  #tick() {
    this.#clock.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(now());
    this.#date.textContent = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(now());
  }
}

function lasting(seconds) {
  const [one, length] = [["hour", 3600], ["minute", 60], ["second", 1]].find(([, length]) => seconds >= length && seconds % length === 0) ?? ["second", 1];
  const many = seconds / length;
  return many === 1 ? one : `${many} ${one}s`;
}
