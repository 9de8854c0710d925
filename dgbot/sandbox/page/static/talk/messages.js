// One conversation on the screen. Only what changed is drawn anew, and the keyboard stays where it was.

import { drawn } from "/static/blocks/blocks.js";
import { dayName, timed } from "/static/blocks/dates.js";
import { gathered } from "/static/blocks/deck.js";
import { keepingFocus } from "/static/focus.js";
import { el } from "/static/make.js";
import { mrkdwn } from "/static/blocks/mrkdwn.js";
import { reading } from "/static/talk/thread.js";

const NEAR = 80;

export class Messages {
  #list;
  #nodes = new Map();
  #place = "";
  #unfolded = new Set();
  #again = () => {};

  constructor(list) {
    this.#list = list;
  }

  /** *place* names who reads what; a change of it draws everything anew. *deck(message, typed)* is what its blocks live on. */
  draw(place, messages, company, deck) {
    this.#again = () => this.draw(place, messages, company, deck);
    const list = this.#list;
    const fresh = place !== this.#place;
    const atEnd = fresh || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    const inside = document.activeElement?.closest("[data-key]")?.dataset.key;
    keepingFocus(() => this.#draw(fresh, place, messages, company, deck));
    if (atEnd) list.scrollTop = list.scrollHeight;
    const stayed = inside && document.activeElement === document.body;
    if (stayed) (this.#nodes.get(inside)?.node ?? list).focus({ preventScroll: true });
  }

  /** Shows nothing until somebody is drawn: what one person sees is not for the next. */
  clear() {
    this.#place = "";
    this.#again = () => {};
    this.#nodes.clear();
    this.#list.replaceChildren();
  }

  #draw(fresh, place, messages, company, deck) {
    if (fresh) {
      this.#nodes.clear();
      this.#unfolded.clear();
      this.#list.replaceChildren();
      this.#place = place;
    }
    const wanted = [];
    const seen = new Set();
    let before = null;
    let today = "";
    for (const item of reading(messages, this.#unfolded)) {
      if (item.message && !item.reply && day(item.message) !== today) {
        today = day(item.message);
        wanted.push(this.#held(`day ${item.key}`, "", seen, () => el("div", { class: "day" }, divider(item.message))));
      }
      wanted.push(item.fold ? this.#fold(item, seen) : this.#message(item, before, seen, company, deck));
      before = item;
    }
    for (const key of [...this.#nodes.keys()]) if (!seen.has(key)) this.#nodes.delete(key);
    if (!wanted.length) wanted.push(this.#held("empty", company.version ?? "", seen, () => el("div", { class: "empty" }, deck(null).empty)));
    arrange(this.#list, wanted);
  }

  #message(item, before, seen, company, deck) {
    const joins = Boolean(before?.message) && follows(before, item);
    return this.#held(item.key, `${item.message.changed} ${joins} ${Boolean(item.echo)}`, seen, (old) => {
      const under = deck(item.message, gathered(old?.deck?.fields ?? [], "keep"));
      return { node: bubble(item, joins, company, under, Boolean(old)), deck: under };
    });
  }

  #fold({ key, fold }, seen) {
    return this.#held(key, `${fold.open} ${fold.count}`, seen, () => {
      const label = fold.open ? "Show fewer replies" : `${fold.count} earlier replies`;
      const turn = () => {
        if (!this.#unfolded.delete(fold.ts)) this.#unfolded.add(fold.ts);
        this.#again();
      };
      return el("p", { class: "fold" }, el("button", { type: "button", "aria-expanded": String(fold.open), "data-at": key, onclick: turn }, label));
    });
  }

  /** The node of *key*, made anew if there is none of that version; *make(old)* returns a node, or {node, deck}. */
  #held(key, version, seen, make) {
    seen.add(key);
    const old = this.#nodes.get(key);
    if (old?.version === version) return old.node;
    const made = make(old);
    this.#nodes.set(key, { version, ...(made instanceof Node ? { node: made } : made) });
    return this.#nodes.get(key).node;
  }
}

function arrange(list, wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.childNodes]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.childNodes[index] !== node) list.insertBefore(node, list.childNodes[index] ?? null);
  });
}

function bubble({ key, message, reply, echo }, joins, company, deck, again) {
  const author = company.people[message.author] ?? { name: message.author, bot: true };
  const shared = message.broadcast && !reply;
  const marks = ["message", joins && "joins", reply && "reply", message.only_for_you && "private", again && "again"];
  const body = message.blocks.length
    ? el("div", { class: "blocks" }, drawn(message.blocks, deck))
    : el("div", { class: "text" }, written(message.text, deck.names));
  const when = at(message);
  return el("article", { class: marks.filter(Boolean).join(" "), tabindex: "-1", "data-key": key },
    joins ? null : avatar(author),
    el("div", { class: "said" },
      joins ? null : el("p", { class: "by" },
        el("b", {}, author.name), author.bot ? el("span", { class: "chip" }, "app") : null,
        el("time", { datetime: when.toISOString(), title: when.toString() }, reply && day(reply) !== day(message) ? `${dayName(when)}, ${clock(when)}` : clock(when))),
      message.only_for_you ? el("p", { class: "only" }, "Only visible to you") : null,
      shared ? el("p", { class: "echo" }, "replied to a thread: ", echo ? el("span", {}, written(firstLine(echo), deck.names)) : "one that is gone") : null,
      body,
      message.broadcast && reply ? el("p", { class: "edited" }, "Also sent to the channel") : null,
      message.edited ? el("p", { class: "edited", title: at({ ts: message.edited }).toString() }, "(edited)") : null));
}

function firstLine(message) {
  const header = message.blocks.find((one) => one.type === "header");
  return header?.text?.text ?? message.text.split("\n")[0];
}

/** What can't be drawn is shown as the bot wrote it, and costs no other message anything. */
function written(text, names) {
  try {
    return mrkdwn(text, names);
  } catch {
    return [String(text)];
  }
}

export function avatar(person, small = false) {
  const tone = person.bot ? "bot" : `tone-${[...person.name].reduce((sum, one) => sum + one.codePointAt(0), 0) % 6}`;
  const initials = person.bot && person.name === "dgbot" ? "dg" : person.name.slice(0, 1);
  return el("span", { class: `avatar ${tone}${small ? " small" : ""}`, "aria-hidden": "true" }, initials);
}

function follows({ message: before, reply: root, echo }, { message, reply, echo: echoes }) {
  return before.author === message.author && before.only_for_you === message.only_for_you && root === reply && !echo && !echoes &&
    !before.blocks.length && !message.blocks.length && !before.broadcast && !message.broadcast &&
    message.ts - before.ts < 300 && message.ts - before.ts >= 0 && day(before) === day(message);
}

const at = (message) => new Date(Number(message.ts) * 1000);
const day = (message) => at(message).toDateString();
const clock = (when) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(when);
const divider = (message) => timed(at(message), () => dayName(at(message)));
