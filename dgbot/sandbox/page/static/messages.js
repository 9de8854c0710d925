// One conversation: messages by time, replies under what they answer. Only what changed is drawn anew.

import { drawn } from "/static/blocks.js";
import { el } from "/static/make.js";
import { mrkdwn } from "/static/mrkdwn.js";

const NEAR = 80;

export class Messages {
  #list;
  #nodes = new Map();
  #place = "";

  constructor(list) {
    this.#list = list;
  }

  /** *place* names who reads what; a change of it draws everything anew. *deck(message)* is what its blocks live on. */
  draw(place, messages, company, deck) {
    const list = this.#list;
    const fresh = place !== this.#place;
    const atEnd = fresh || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    if (fresh) {
      this.#nodes.clear();
      list.replaceChildren();
      this.#place = place;
    }
    const wanted = [];
    const seen = new Set();
    let before = null;
    for (const message of ordered(messages)) {
      const joins = before !== null && follows(before, message);
      const key = message.ts;
      const version = `${message.changed} ${joins}`;
      let held = this.#nodes.get(key);
      if (!held || held.version !== version) {
        held = { version, node: bubble(message, joins, company, deck(message), Boolean(held)) };
        this.#nodes.set(key, held);
      }
      if (before === null || day(before) !== day(message)) wanted.push(this.#divider(message, seen));
      wanted.push(held.node);
      seen.add(key);
      before = message;
    }
    for (const key of [...this.#nodes.keys()]) if (!seen.has(key)) this.#nodes.delete(key);
    if (!wanted.length) wanted.push(this.#once("empty", seen, () => el("p", { class: "empty" }, deck(null).empty)));
    arrange(list, wanted);
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  #divider(message, seen) {
    return this.#once(`day ${message.ts}`, seen, () => el("div", { class: "day" }, el("span", {}, dayName(message))));
  }

  #once(key, seen, make) {
    seen.add(key);
    if (!this.#nodes.has(key)) this.#nodes.set(key, { version: "", node: make() });
    return this.#nodes.get(key).node;
  }
}

function ordered(messages) {
  const known = new Set(messages.map((one) => one.ts));
  const root = (one) => (one.thread_ts && known.has(one.thread_ts) ? one.thread_ts : one.ts);
  return [...messages].sort((a, b) => (root(a) + a.ts < root(b) + b.ts ? -1 : 1));
}

function arrange(list, wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.childNodes]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.childNodes[index] !== node) list.insertBefore(node, list.childNodes[index] ?? null);
  });
}

function bubble(message, joins, company, deck, again) {
  const author = company.people[message.author] ?? { name: message.author, bot: true };
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const marks = ["message", joins && "joins", reply && "reply", message.only_for_you && "private", again && "again"];
  const body = message.blocks.length
    ? el("div", { class: "blocks" }, drawn(message.blocks, deck))
    : el("p", { class: "text" }, mrkdwn(message.text, deck.names));
  return el("article", { class: marks.filter(Boolean).join(" ") },
    joins ? null : avatar(author),
    el("div", { class: "said" },
      joins ? null : el("p", { class: "by" },
        el("b", {}, author.name), author.bot ? el("span", { class: "chip" }, "app") : null,
        el("time", { datetime: at(message).toISOString(), title: at(message).toString() }, clock(at(message)))),
      message.only_for_you ? el("p", { class: "only" }, "Only visible to you") : null,
      body,
      message.edited ? el("p", { class: "edited", title: at({ ts: message.edited }).toString() }, "(edited)") : null));
}

export function avatar(person, small = false) {
  const tone = person.bot ? "bot" : `tone-${[...person.name].reduce((sum, one) => sum + one.codePointAt(0), 0) % 6}`;
  const initials = person.bot && person.name === "dgbot" ? "dg" : person.name.slice(0, 1);
  return el("span", { class: `avatar ${tone}${small ? " small" : ""}`, "aria-hidden": "true" }, initials);
}

function follows(before, message) {
  return before.author === message.author && before.only_for_you === message.only_for_you &&
    !before.blocks.length && !message.blocks.length && before.thread_ts === message.thread_ts &&
    message.ts - before.ts < 300 && message.ts - before.ts >= 0 && day(before) === day(message);
}

const at = (message) => new Date(Number(message.ts) * 1000);
const day = (message) => at(message).toDateString();
const clock = (when) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(when);
const dayName = (message) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(at(message));
