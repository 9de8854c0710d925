// Whether the demo is there: a short gap passes by itself; after a long one the page says what may have happened.

import { byId } from "/static/make.js";

const PATIENCE = 15000;

export class Link {
  #gone = 0;
  #rests;

  /** *rests(on)* is told when nothing can be sent, and when it can again. */
  constructor(rests) {
    this.#rests = rests;
  }

  is(up) {
    byId("link").textContent = up ? "live" : "reconnecting";
    byId("link").className = up ? "chip good" : "chip bad";
    if (!up) return void (this.#gone ||= setTimeout(() => this.#say(true), PATIENCE));
    clearTimeout(this.#gone);
    this.#gone = 0;
    this.#say(false);
  }

  #say(gone) {
    if (byId("gone").hidden !== gone) return;
    byId("gone").hidden = !gone;
    this.#rests(gone);
  }
}
