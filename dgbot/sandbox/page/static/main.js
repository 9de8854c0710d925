// The page put together: who you are, which room is open, and what is drawn when the screen changes.

import { ask } from "/static/talk/ask.js";
import { Beside } from "/static/beside/beside.js";
import { Composer } from "/static/talk/composer.js";
import { deckOf } from "/static/blocks/deck.js";
import { drawer, makeDrawers } from "/static/drawers.js";
import { home } from "/static/talk/home.js";
import { byId, el } from "/static/make.js";
import { Messages } from "/static/talk/messages.js";
import { Modal } from "/static/talk/modal.js";
import { HOME, go, note, place } from "/static/place.js";
import { Rooms } from "/static/talk/rooms.js";
import { Screen, got } from "/static/screen.js";
import { tablist } from "/static/beside/tabs.js";
import { tell } from "/static/toast.js";

const company = await got("/page/company");
const people = Object.fromEntries(company.people.map((one) => [one.id, one]));
const names = Object.fromEntries([
  ...company.people.map((one) => [one.id, `@${one.name}`]),
  ...company.channels.map((one) => [one.id, `#${one.name}`]),
  ...company.groups.map((one) => [one.id, `@${one.handle}`]),
]);
const actors = company.people.filter((one) => !one.bot);

let shown = null;
let atHome = false;

const screen = new Screen(draw, (up) => {
  byId("link").textContent = up ? "live" : "reconnecting";
  byId("link").className = up ? "chip good" : "chip bad";
});
const rooms = new Rooms();
const messages = new Messages(byId("messages"));
const modal = new Modal(screen, tell);
const composer = new Composer(async (text) => tell(shown ? await screen.act("says", { channel: here(shown).id, text }) : "The sandbox does not answer."));
composer.knows(company.commands);
const beside = new Beside((name) => {
  note({ who: screen.who, beside: name === "world" ? "" : name });
  beside.show(name);
});
const markTab = tablist(byId("tabs"), [["home", "Home", "messages"], ["messages", "Messages", "messages"]], (name) => {
  if (shown && (name === "home") !== atHome) go({ who: screen.who, room: name === "home" ? HOME : here(shown).id });
});

const who = byId("who");
who.append(...actors.map((one) => el("option", { value: one.name }, one.guest ? `${one.name} (guest)` : one.name)));
who.addEventListener("change", () => go({ who: who.value, room: "" }));
addEventListener("hashchange", follow);
makeDrawers();
follow();

/** Shows what the address says. */
function follow() {
  const wanted = place();
  const person = actors.find((one) => one.name === wanted.who)?.name ?? actors[0].name;
  who.value = person;
  beside.show(wanted.beside);
  const enters = wanted.room === HOME && (!atHome || person !== screen.who);
  atHome = wanted.room === HOME;
  if (person !== screen.who) {
    shown = null;
    document.title = `${person} · dgbot sandbox`;
    screen.be(person);
  } else if (shown) draw(shown);
  if (enters) screen.act("opens_home").then(tell);
}

/** The room that the address names, else the first. */
function here(snapshot) {
  if (atHome) return snapshot.channels.find((one) => one.direct);
  return snapshot.channels.find((one) => one.id === place().room) ?? snapshot.channels[0];
}

function draw(snapshot) {
  shown = snapshot;
  const room = here(snapshot);
  const spot = `${snapshot.who} ${room.id}`;
  rooms.draw(snapshot, room.id, (id) => {
    drawer(null);
    go({ who: snapshot.who, room: id });
    if (matchMedia("(min-width: 721px)").matches) composer.focus();
  });
  byId("title").textContent = room.direct || room.private ? room.name : `# ${room.name}`;
  byId("title").className = room.private && !room.direct ? "lock" : "";
  byId("about").textContent = room.direct ? "App" : `${room.members} members`;
  composer.aims(room.direct ? room.name : `#${room.name}`);
  byId("tabs").hidden = !room.direct || !company.home_tab;
  markTab(atHome ? "home" : "messages");
  byId("composer").hidden = atHome;
  if (atHome) messages.draw(`${spot} home ${snapshot.home?.changed}`, [], { people }, () => ({ empty: home(snapshot.home, common(snapshot)) }));
  else messages.draw(spot, room.messages, { people }, (message, typed) => deck(room, message, typed));
  modal.draw(snapshot.modals, common(snapshot));
}

/** What the blocks of every message and view live on. */
function common(snapshot) {
  const mine = new Set(snapshot.channels.map((one) => one.id));
  const rooms = [...company.channels.filter((one) => !one.private || mine.has(one.id)), ...snapshot.channels.filter((one) => one.direct)];
  return { names, ask, tell, screen, people: company.people, rooms };
}

function deck(room, message, typed = {}) {
  if (!message) return { empty: `Nothing here yet. Type / to see what dgbot can do for ${shown.who}.` };
  return deckOf({ channel: room.id, ts: message.ts }, common(shown), { state: message.state, typed });
}
