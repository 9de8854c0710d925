// The rooms on the left, and which of them have news.

import { byId, el } from "/static/make.js";

export class Rooms {
  #read = new Map();

  /** *pick(id)* opens a room; what the open one shows counts as read. */
  draw(snapshot, open, pick) {
    const place = (one) => `${snapshot.who} ${one.id}`;
    const newest = (one) => one.messages.reduce((latest, message) => Math.max(latest, message.changed), 0);
    for (const one of snapshot.channels) {
      if (one.id === open || !this.#read.has(place(one))) this.#read.set(place(one), newest(one));
    }
    const unread = (one) => one.messages.filter((message) => message.changed > this.#read.get(place(one))).length;
    put(byId("channels"), snapshot.channels.filter((one) => !one.direct), open, unread, pick);
    put(byId("directs"), snapshot.channels.filter((one) => one.direct), open, unread, pick);
  }
}

function put(list, wanted, open, unread, pick) {
  const now = JSON.stringify(wanted.map((one) => [one.id, one.id === open, unread(one)]));
  if (list.dataset.now === now) return;
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.dataset.now = now;
  list.replaceChildren(...wanted.map((one) => el("li", {}, entry(one, one.id === open, unread(one), pick))));
  if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
}

function entry(room, open, news, pick) {
  const mark = el("span", { class: room.private && !room.direct ? "hash lock" : "hash" }, room.direct ? "●" : room.private ? "" : "#");
  return el("button", { type: "button", class: news ? "room news" : "room", "aria-current": open ? "true" : undefined, onclick: () => pick(room.id) },
    mark, el("span", {}, room.name), news ? el("span", { class: "count", "aria-label": `${news} new` }, String(news)) : null);
}
