// One exchange on the wire: a line, and everything about it for whoever opens it.

import { el } from "/static/make.js";

const ARROWS = { "to Slack": "→ Slack", "to the bot": "← Slack", "to Deepgram": "→ Deepgram" };
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/g;

/** Whether each word of *text* is in what the line says. */
export function fits(one, text) {
  const said = `${one.way} ${one.kind} ${one.status} ${one.gist}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}

export function exchangeRow(one) {
  const inside = el("div", { class: "exchange" });
  const row = el("details", {}, el("summary", { title: one.kind },
    el("time", {}, hour(one.at)), el("span", { class: `way ${one.side.toLowerCase()}` }, ARROWS[one.way]),
    el("span", { class: one.bad ? "chip bad" : "chip" }, String(one.status)), el("span", { class: "ms" }, `${ms(one.ms)} ms`),
    el("span", { class: "kind" }, one.kind.replace(ID, "…$1")), one.gist ? el("span", { class: "gist" }, one.gist.replace(ID, "…$1")) : null), inside);
  row.addEventListener("toggle", () => row.open && !inside.childElementCount && open(one.number, inside));
  return el("li", {}, row);
}

async function open(number, inside) {
  try {
    const answer = await fetch(`/page/wire/${number}`);
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    inside.replaceChildren(part("Request", told.headers, told.payload, told.query), part("Answer", told.answer_headers, told.answer));
  } catch (error) {
    inside.replaceChildren(el("p", { class: "quiet" }, error instanceof TypeError ? "The sandbox does not answer." : error.message));
  }
}

function part(title, headers, body, query = "") {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    el("h3", {}, title),
    query ? el("p", { class: "query" }, el("code", {}, `?${query}`)) : null,
    lines ? el("pre", { class: "heads" }, lines) : null,
    el("pre", { tabindex: 0, "aria-label": title }, written(body)),
  ].reduce((holder, node) => (node && holder.append(node), holder), el("div", {}));
}

function written(body) {
  if (typeof body === "string") return body;
  return Object.keys(body).length ? JSON.stringify(body, null, 2) : "no body";
}

function ms(took) {
  return took < 10 ? took.toFixed(1) : String(Math.round(took));
}

function hour(at) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at * 1000));
}
