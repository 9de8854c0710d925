// The page put together: who you are, which room is open, and what is drawn when the screen changes.

import { drawn } from "/static/blocks.js";
import { Composer } from "/static/composer.js";
import { byId, el } from "/static/make.js";
import { Messages } from "/static/messages.js";
import { Modal, ask } from "/static/modal.js";
import { World, rooms } from "/static/panels.js";
import { Screen } from "/static/screen.js";

const company = await (await fetch("/page/company")).json();
const people = Object.fromEntries(company.people.map((one) => [one.id, one]));
const names = Object.fromEntries([
  ...company.people.map((one) => [one.id, `@${one.name}`]),
  ...company.channels.map((one) => [one.id, `#${one.name}`]),
  ...company.groups.map((one) => [one.id, `@${one.handle}`]),
]);
const actors = company.people.filter((one) => !one.bot);

let shown = null;
let open = "";
let atHome = false;
const read = new Map();
const toast = byId("toast");
let hiding = 0;

const screen = new Screen(draw, (up) => {
  byId("link").textContent = up ? "live" : "reconnecting";
  byId("link").className = up ? "chip good" : "chip bad";
});
const messages = new Messages(byId("messages"));
const modal = new Modal(screen, tell);
const world = new World(tell);
const composer = new Composer(async (text) => tell(await screen.act("says", { channel: open, text })));
composer.knows(company.commands);

const who = byId("who");
who.append(...actors.map((one) => el("option", { value: one.name }, one.guest ? `${one.name} (guest)` : one.name)));
who.addEventListener("change", () => go(who.value, ""));
addEventListener("hashchange", follow);
for (const [button, panel] of [["show-side", "side"], ["show-world", "world"]]) {
  byId(button).addEventListener("click", () => drawer(panel));
}
byId("veil").addEventListener("click", () => drawer(null));
addEventListener("keydown", (event) => event.key === "Escape" && drawer(null));
follow();

function follow() {
  const [name, room] = location.hash.slice(1).split("/");
  const person = actors.find((one) => one.name === name)?.name ?? actors[0].name;
  who.value = person;
  open = room ?? "";
  atHome = false;
  if (person !== screen.who) {
    shown = null;
    document.title = `${person} · dgbot sandbox`;
    screen.be(person);
  } else if (shown) draw(shown);
}

function go(person, room) {
  drawer(null);
  const hash = `#${person}${room ? `/${room}` : ""}`;
  if (location.hash !== hash) location.hash = hash;
}

function draw(snapshot) {
  shown = snapshot;
  const room = snapshot.channels.find((one) => one.id === open) ?? snapshot.channels[0];
  open = room.id;
  if (!room.direct) atHome = false;
  const place = (one) => `${snapshot.who} ${one.id}`;
  const newest = (one) => Math.max(0, ...one.messages.map((message) => message.changed));
  for (const one of snapshot.channels) if (!read.has(place(one))) read.set(place(one), newest(one));
  read.set(place(room), newest(room));
  const unread = (one) => one.messages.filter((message) => message.changed > read.get(place(one))).length;

  rooms(snapshot, open, unread, (id) => {
    go(snapshot.who, id);
    if (matchMedia("(min-width: 721px)").matches) composer.focus();
  });
  byId("title").textContent = room.direct || room.private ? room.name : `# ${room.name}`;
  byId("title").className = room.private && !room.direct ? "lock" : "";
  byId("about").textContent = room.direct ? "App" : `${room.members} members`;
  composer.aims(room.direct ? room.name : `#${room.name}`);
  tabs(room);
  byId("composer").hidden = atHome;
  if (atHome) messages.draw(`${place(room)} home ${snapshot.home?.changed}`, [], { people }, () => ({ empty: home(snapshot) }));
  else messages.draw(place(room), room.messages, { people }, (message) => deck(room, message));
  modal.draw(snapshot.modals, names);
  world.draw(snapshot);
}

function deck(room, message) {
  return {
    names,
    ask,
    empty: `Nothing here yet. Type / to see what dgbot can do for ${shown.who}.`,
    press: async (block_id, action_id, selected = null) =>
      tell(await screen.act("presses", { channel: room.id, ts: message.ts, block_id, action_id, selected })),
  };
}

function home(snapshot) {
  if (!snapshot.home) return "dgbot has published no Home for you.";
  const press = async (block_id, action_id, selected = null) =>
    tell(await screen.act("presses", { view_id: snapshot.home.view_id, block_id, action_id, selected }));
  return el("div", { class: "blocks home" }, drawn(snapshot.home.blocks, { names, ask, press, state: snapshot.home.state }));
}

function tabs(room) {
  const bar = byId("tabs");
  bar.hidden = !room.direct;
  const tab = (label, on, pick) =>
    el("button", { type: "button", role: "tab", "aria-selected": String(on), onclick: pick }, label);
  const now = `${atHome}`;
  if (bar.dataset.now === now) return;
  bar.dataset.now = now;
  bar.replaceChildren(
    tab("Home", atHome, async () => {
      atHome = true;
      draw(shown);
      tell(await screen.act("opens_home"));
    }),
    tab("Messages", !atHome, () => {
      atHome = false;
      draw(shown);
    }));
}

function drawer(panel) {
  for (const [button, one] of [["show-side", "side"], ["show-world", "world"]]) {
    const on = one === panel && !byId(one).classList.contains("open");
    byId(one).classList.toggle("open", on);
    byId(button).setAttribute("aria-expanded", String(on));
  }
  byId("veil").hidden = !document.querySelector("#side.open, #world.open");
}

/** Shows why something was refused; whether all is well. */
function tell(refusal) {
  if (!refusal) return true;
  const holder = document.querySelector("dialog[open]") ?? document.body;
  holder.append(toast);
  toast.textContent = refusal;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (toast.hidden = true), 6000);
  return false;
}
