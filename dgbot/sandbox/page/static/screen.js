// What the server says this person sees, and the ways to act on it.

import { Feed } from "/static/feed.js";

/** Calls *draw(snapshot)* for each snapshot of *who*, and *linked(true | false)* as the connection comes and goes. */
export class Screen {
  #feed;

  constructor(draw, linked) {
    this.#feed = new Feed(draw, linked);
    this.who = "";
  }

  be(who) {
    this.who = who;
    this.#feed.open(() => `/page/screen?who=${encodeURIComponent(who)}`);
  }

  act(act, rest = {}) {
    return post("/page/acts", { who: this.who, act, ...rest });
  }
}

/** Returns what is at *path*, as soon as the sandbox answers. */
export async function got(path) {
  for (;;) {
    try {
      return await (await fetch(path)).json();
    } catch {
      await new Promise((again) => setTimeout(again, 700));
    }
  }
}

/** Returns the sentence that refuses it, or null. */
export async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    return said.ok ? null : said.error;
  } catch {
    return "The sandbox does not answer.";
  }
}
