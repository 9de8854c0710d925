// Where you are: who, in which room, with what beside it. The address keeps it, so that a reload does too.

export const HOME = "home";

/** The address reads #person/room/beside; each may be missing, and the room may be the bot's Home. */
export function place() {
  const [who = "", room = "", beside = ""] = location.hash.slice(1).split("/");
  return { who, room, beside };
}

/** Goes where *changes* say, from where you are. */
export function go(changes) {
  const hash = written({ ...place(), ...changes });
  if (location.hash !== hash) location.hash = hash;
}

/** The same without a step that the browser's Back would undo. */
export function note(changes) {
  history.replaceState(null, "", written({ ...place(), ...changes }));
}

function written({ who, room, beside }) {
  return `#${[who, room, beside].join("/")}`.replace(/\/+$/, "");
}
