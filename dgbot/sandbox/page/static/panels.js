// What stands beside the conversation: the lists on the left, the world on the right.

import { byId, el } from "/static/make.js";
import { post } from "/static/screen.js";

/** Marks the rooms with news since they were read; *pick(room)* opens one. */
export function rooms(snapshot, open, unread, pick) {
  const row = (room) => {
    const news = unread(room);
    const mark = el("span", { class: room.private && !room.direct ? "hash lock" : "hash" }, room.direct ? "●" : room.private ? "" : "#");
    const link = el("button", { type: "button", class: news ? "room news" : "room", "aria-current": room.id === open ? "true" : undefined },
      mark, el("span", {}, room.name), news ? el("span", { class: "count", "aria-label": `${news} new` }, String(news)) : null);
    link.addEventListener("click", () => pick(room.id));
    return el("li", {}, link);
  };
  put(byId("channels"), snapshot.channels.filter((one) => !one.direct), row, open, unread);
  put(byId("directs"), snapshot.channels.filter((one) => one.direct), row, open, unread);
}

function put(list, wanted, row, open, unread) {
  const now = JSON.stringify(wanted.map((one) => [one.id, one.id === open, unread(one)]));
  if (list.dataset.now === now) return;
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.dataset.now = now;
  list.replaceChildren(...wanted.map(row));
  if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
}

export class World {
  #tell;
  #skew = 0;
  #clock = el("p", { class: "figure" });
  #date = el("p", { class: "quiet" });
  #balance = el("p", { class: "figure" });
  #bot = el("span", { class: "chip" });

  constructor(tell) {
    this.#tell = tell;
    byId("world").append(
      el("section", {}, el("h2", {}, "Bot"), el("p", { class: "row" }, this.#bot, el("span", { class: "quiet" }, "dgbot, its own process"))),
      el("section", {}, el("h2", {}, "Time here"), this.#clock, this.#date,
        this.#row(["30m", "3h", "1d", "7d"].map((by) => [`+${by}`, () => post("/page/clock", { by })])),
        this.#form("Move on by", "12h", "Move", (by) => post("/page/clock", { by }))),
      el("section", {}, el("h2", {}, "Left at Deepgram"), this.#balance, el("p", { class: "quiet" }, "acme-prod, US dollars"),
        this.#row([["Drain, $20", () => post("/page/balance", { amount: 20 })], ["Top up, $540", () => post("/page/balance", { amount: 540 })]]),
        this.#form("Set to", "49.50", "Set", (amount) => post("/page/balance", { amount })),
        el("p", { class: "quiet" }, "The bot looks every 30 minutes of its own time: move the clock to see an alert.")),
      el("section", {}, el("h2", {}, "Trouble at Deepgram"),
        this.#row([
          ["Fail reads", () => post("/page/faults", { fault: "status", method: "GET", path: "*", status: 503 })],
          ["Slow, 5 s", () => post("/page/faults", { fault: "delay", seconds: 5 })],
          ["Drop calls", () => post("/page/faults", { fault: "drop" })],
          ["Heal", () => post("/page/faults", { fault: "heal" })],
        ])));
    setInterval(() => this.#tick(), 1000);
  }

  draw(snapshot) {
    this.#skew = snapshot.now * 1000 - Date.now();
    this.#balance.textContent = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(Number(snapshot.balance));
    this.#balance.classList.toggle("low", Number(snapshot.balance) < 50);
    this.#bot.textContent = snapshot.bot ? "up" : "down";
    this.#bot.className = snapshot.bot ? "chip good" : "chip bad";
    this.#tick();
  }

  #tick() {
    const now = new Date(Date.now() + this.#skew);
    this.#clock.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(now);
    this.#date.textContent = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(now);
  }

  #row(acts) {
    return el("div", { class: "actions" }, acts.map(([label, act]) =>
      el("button", { type: "button", class: "plain", onclick: async () => this.#say(await act()) }, label)));
  }

  #form(label, example, verb, act) {
    const input = el("input", { type: "text", placeholder: example, "aria-label": label });
    const form = el("form", { class: "inline" }, el("span", { class: "quiet" }, label), input, el("button", { type: "submit", class: "plain" }, verb));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const refusal = await act(input.value.trim());
      if (refusal === null) input.value = "";
      this.#say(refusal);
    });
    return form;
  }

  #say(refusal) {
    if (refusal) this.#tell(refusal);
  }
}
