// What the server says this person sees, and the ways to act on it.

const AGAIN = 700;

/** Calls *draw(snapshot)* for each snapshot of *who*, and *linked(true | false)* as the connection comes and goes. */
export class Screen {
  #draw;
  #linked;
  #socket = null;
  #again = 0;

  constructor(draw, linked) {
    this.#draw = draw;
    this.#linked = linked;
    this.who = "";
  }

  be(who) {
    this.who = who;
    this.#socket?.close();
    clearTimeout(this.#again);
    this.#open();
  }

  act(act, rest = {}) {
    return post("/page/acts", { who: this.who, act, ...rest });
  }

  #open() {
    const address = new URL(`/page/screen?who=${encodeURIComponent(this.who)}`, location.href);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#linked(true);
      this.#draw(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#linked(false);
      this.#again = setTimeout(() => this.#open(), AGAIN);
    };
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
