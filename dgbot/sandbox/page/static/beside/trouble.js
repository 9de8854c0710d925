// What goes wrong on purpose, at Slack and at Deepgram.

import { lever, redraw } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { post } from "/static/screen.js";

const CALLS = [["*", "every call"], ["GET,HEAD", "only reads"], ["POST,PUT,PATCH,DELETE", "only changes"]];
const TIMES = [["", "until healed"], ["1", "once"], ["3", "3 times"]];
const AT = {
  Deepgram: [
    ["Fails (503)", { fault: "status", status: 503 }],
    ["Fails (500)", { fault: "status", status: 500 }],
    ["Too many requests (429)", { fault: "status", status: 429, retry_after: 2 }],
    ["Slow by 5 s", { fault: "delay", seconds: 5 }],
    ["No answer", { fault: "drop" }],
    ["Done, but the answer is lost", { fault: "reset" }],
  ],
  Slack: [
    ["Rate limited (429, 5 s)", { how: "rate_limit" }],
    ["Every call fails (500)", { how: "fail" }],
    ["Slow by 2 s", { how: "slow" }],
    ["No answer", { how: "drop" }],
    ["Edits find no message", { how: "lost_edit" }],
    ["Token revoked", { how: "revoke" }, "once"],
    ["Away for 10 s", { how: "away" }, "once"],
    ["Announces a new connection", { how: "warn" }, "once"],
    ["Asks for a new connection", { how: "refresh" }, "once"],
    ["Its server restarts", { how: "restart" }, "once"],
  ],
};

export class Trouble {
  #chips = el("ul", { class: "chips" });
  #side = el("select", { class: "side", "aria-label": "Whose trouble" });
  #what = el("select", { class: "what", "aria-label": "What goes wrong" });
  #times = el("select", { "aria-label": "How often" }, TIMES.map(([value, label]) => el("option", { value }, label)));
  #calls = el("select", { "aria-label": "Which calls" }, CALLS.map(([value, label]) => el("option", { value }, label)));
  #heal = lever("Heal everything", () => post("/page/heal", {}));

  #on = lever("Switch on", () => this.#switchOn());

  /** *sides* are those that can have any. */
  constructor(sides = Object.keys(AT)) {
    this.#side.replaceChildren(...sides.map((one) => el("option", { value: one }, one)));
    this.#side.hidden = sides.length === 1;
    this.#side.addEventListener("change", () => this.#offer());
    this.#what.addEventListener("change", () => this.#limit());
    this.#offer();
    this.section = el("section", {}, el("h2", {}, "Trouble"), this.#chips, el("div", { class: "troubling" }, this.#side, this.#calls, this.#what, this.#times, this.#on), this.#heal);
  }

  draw(troubles) {
    this.#heal.disabled = !troubles.length;
    redraw(this.#chips, troubles, () => troubles.length ? troubles.map(chip) : el("li", { class: "quiet" }, "All is well."));
  }

  #offer() {
    this.#what.replaceChildren(...AT[this.#side.value].map(([name], index) => el("option", { value: String(index) }, name)));
    this.#limit();
  }

  /** What happens once, or until it is healed, can't be counted; Slack's troubles name their calls themselves. */
  #limit() {
    this.#times.disabled = AT[this.#side.value][this.#what.value][2] === "once";
    this.#calls.hidden = this.#side.value === "Slack";
  }

  #switchOn() {
    const [, trouble, once] = AT[this.#side.value][this.#what.value];
    const times = this.#times.value && !once ? { times: Number(this.#times.value) } : {};
    if (this.#side.value === "Slack") return post("/page/slack", { ...trouble, ...times });
    return post("/page/faults", { ...trouble, ...times, method: this.#calls.value });
  }
}

function chip({ side, number, what, left }) {
  const more = left === null ? "" : left === 1 ? ", once" : `, ${left} times`;
  return el("li", { class: "chip bad" }, el("span", {}, `${side}: ${what}${more}`),
    lever("×", () => post("/page/heal", { side, number }), { class: "off", "aria-label": `Heal ${side}: ${what}` }));
}
