// The rooms on the left, and which of them have news, for this person and for the others.

import { byId, el } from "/static/make.js";

export class Rooms {
  #pick;
  #read = new Map();
  #opened = null;
  #mark = 0;

  /** *pick(id)* opens a room of whoever is shown then. */
  constructor(pick) {
    this.#pick = pick;
  }

  /** What the *open* room shows counts as read; for everybody, so does what was there when the page was opened. */
  draw(snapshot, open) {
    if (this.#opened === null || snapshot.mark < this.#mark) this.#begin(snapshot.mark);
    this.#mark = snapshot.mark;
    this.#read.set(`${snapshot.who} ${open}`, snapshot.mark);
    const unread = (one) => one.messages.filter((message) => message.changed > this.#since(snapshot.who, one.id)).length;
    const entries = (direct) => snapshot.channels.filter((one) => one.direct === direct).map((room) => ({ room, open: room.id === open, news: unread(room) }));
    put(byId("channels"), snapshot.who, entries(false), this.#pick);
    put(byId("directs"), snapshot.who, entries(true), this.#pick);
  }

  /** Who has something that they have not seen, among those in a snapshot's *newest*. */
  behind(newest) {
    return Object.entries(newest).filter(([who, rooms]) => Object.entries(rooms).some(([room, mark]) => mark > this.#since(who, room))).map(([who]) => who);
  }

  /** Shows nobody's rooms. */
  clear() {
    for (const list of [byId("channels"), byId("directs")]) put(list, "", []);
  }

  #begin(mark) {
    this.#opened = mark;
    this.#read.clear();
  }

  #since(who, room) {
    return this.#read.get(`${who} ${room}`) ?? this.#opened;
  }
}

function put(list, who, entries, pick) {
  const now = JSON.stringify([who, ...entries.map(({ room, open, news }) => [room.id, room.name, open, news])]);
  if (list.dataset.now === now) return;
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.dataset.now = now;
  list.replaceChildren(...entries.map((one) => el("li", {}, entry(one, pick))));
  if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
}

function entry({ room, open, news }, pick) {
  const mark = el("span", { class: room.private && !room.direct ? "hash lock" : "hash" }, room.direct ? "●" : room.private ? "" : "#");
  return el("button", { type: "button", class: news ? "room news" : "room", "aria-current": open ? "true" : undefined, onclick: () => pick(room.id) },
    mark, el("span", {}, room.name), news ? el("span", { class: "count", "aria-label": `${news} new` }, String(news)) : null);
}
