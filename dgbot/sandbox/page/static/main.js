// The page put together: who you are, which room is open, and what is drawn when the screen changes.

import { ask } from "/static/talk/ask.js";
import { Beside } from "/static/beside/beside.js";
import { Composer } from "/static/talk/composer.js";
import { deckOf } from "/static/blocks/deck.js";
import { drawer, makeDrawers } from "/static/drawers.js";
import { firstTasks } from "/static/talk/hints.js";
import { home } from "/static/talk/home.js";
import { Link } from "/static/talk/link.js";
import { byId } from "/static/make.js";
import { Messages } from "/static/talk/messages.js";
import { Modal } from "/static/talk/modal.js";
import { HOME, go, note, place } from "/static/place.js";
import { Rooms } from "/static/talk/rooms.js";
import { Screen, got } from "/static/screen.js";
import { tablist } from "/static/beside/tabs.js";
import { tell } from "/static/toast.js";
import { Who } from "/static/talk/who.js";

let company = { ...(await got("/page/company")), turn: 0 };
const people = Object.fromEntries(company.people.map((one) => [one.id, one]));
const names = Object.fromEntries([
  ...company.people.map((one) => [one.id, `@${one.name}`]),
  ...company.channels.map((one) => [one.id, `#${one.name}`]),
  ...company.groups.map((one) => [one.id, `@${one.handle}`]),
]);

let shown = null;
let atHome = false;

const composer = new Composer(async (text) => tell(shown ? await screen.act("says", { channel: here(shown).id, text }) : "The sandbox does not answer."));
const link = new Link((gone) => composer.rests(gone));
const screen = new Screen(draw, (up) => link.is(up));
const rooms = new Rooms((id) => {
  drawer(null);
  go({ who: screen.who, room: id });
  if (matchMedia("(min-width: 721px)").matches) composer.focus();
});
const messages = new Messages(byId("messages"));
const modal = new Modal(screen, tell);
composer.knows(company.commands);
const beside = new Beside((name) => {
  note({ who: screen.who, beside: name === "world" ? "" : name });
  beside.show(name);
}, learn, company.alone);
const markTab = tablist(byId("tabs"), [["home", "Home", "messages"], ["messages", "Messages", "messages"]], (name) => {
  if (shown && (name === "home") !== atHome) go({ who: screen.who, room: name === "home" ? HOME : here(shown).id });
});
const who = new Who(company.people, (name) => go({ who: name, room: "" }));
addEventListener("hashchange", follow);
makeDrawers();
follow();

/** Asks again what the company has: a bot that was started anew may have other commands, and other rules. */
async function learn() {
  company = { ...(await got("/page/company")), turn: company.turn + 1 };
  composer.knows(company.commands);
  who.knows(company.people);
  if (shown) draw(shown);
}

/** Shows what the address says. */
function follow() {
  const wanted = place();
  const person = who.is(wanted.who).name;
  beside.show(wanted.beside);
  const enters = wanted.room === HOME && (!atHome || person !== screen.who);
  atHome = wanted.room === HOME;
  if (person !== screen.who) become(person);
  else if (shown) draw(shown);
  if (enters) screen.act("opens_home").then(tell);
}

/** Nothing of what one person sees stays when another sits down. */
function become(person) {
  shown = null;
  byId("composer").hidden = true; // until it is known whose draft belongs there
  byId("confirm").close();
  rooms.clear();
  messages.clear();
  modal.draw([], { who: person });
  document.title = `${person} · dgbot sandbox`;
  screen.be(person);
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
  rooms.draw(snapshot, room.id);
  who.haveNews(rooms.behind(snapshot.newest));
  byId("title").textContent = room.direct || room.private ? room.name : `# ${room.name}`;
  byId("title").className = room.private && !room.direct ? "lock" : "";
  byId("about").textContent = room.direct ? "App" : `${room.members} members`;
  byId("tabs").hidden = !room.direct || !company.home_tab;
  markTab(atHome ? "home" : "messages");
  const unwritable = room.direct && company.messages_read_only;
  byId("composer").hidden = atHome || unwritable;
  byId("unwritable").hidden = atHome || !unwritable;
  composer.aims(who.person, room.id, room.direct ? room.name : `#${room.name}`);
  if (atHome) messages.draw(`${spot} home ${snapshot.home?.changed}`, [], { people }, () => ({ empty: home(snapshot.home, common(snapshot)) }));
  else messages.draw(spot, room.messages, { people, version: String(company.turn) }, (message, typed) => deck(room, message, typed));
  modal.draw(snapshot.modals, common(snapshot));
}

/** What the blocks of every message and view live on. */
function common(snapshot) {
  const mine = new Set(snapshot.channels.map((one) => one.id));
  const rooms = [...company.channels.filter((one) => !one.private || mine.has(one.id)), ...snapshot.channels.filter((one) => one.direct)];
  return { who: snapshot.who, names, ask, tell, screen, people: company.people, rooms };
}

function deck(room, message, typed = {}) {
  if (!message) return { empty: room.direct ? "Nothing here yet. What the bot has for you alone comes here." : firstTasks(composer.commands, who.person, (line) => composer.put(line)) };
  return deckOf({ channel: room.id, ts: message.ts }, common(shown), { state: message.state, typed });
}
