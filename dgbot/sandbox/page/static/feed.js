// A line to the server that comes back by itself when it breaks.

import { setNow } from "/static/now.js";

const AGAIN = 700;

/** Calls *told(message)* for each message, and *linked(true | false)* as the connection comes and goes. */
export class Feed {
  #told;
  #linked;
  #path = null;
  #socket = null;
  #again = 0;

  constructor(told, linked = () => {}) {
    this.#told = told;
    this.#linked = linked;
  }

  /** Follows what *path()* names, which is asked for again whenever the line is opened again. */
  open(path) {
    this.close();
    this.#path = path;
    this.#connect();
  }

  close() {
    const socket = this.#socket;
    this.#path = this.#socket = null;
    clearTimeout(this.#again);
    socket?.close();
  }

  #connect() {
    const address = new URL(this.#path(), location.href);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      const told = JSON.parse(event.data); // what can't be read is no sign of life
      this.#linked(true);
      if (told.now) setNow(told.now);
      this.#told(told);
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#linked(false);
      this.#again = setTimeout(() => this.#connect(), AGAIN);
    };
  }
}
