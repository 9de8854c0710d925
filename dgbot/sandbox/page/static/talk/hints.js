// What a line may become: the commands, what each needs, and a first thing to try.

import { el } from "/static/make.js";

const FIRST = ["usage", "create-key", "invite", "help"]; // the first day's commands, as far as somebody may
const MANY = 3;

/** The commands that fit what is *typed*: those that this *person* may run come before the others. */
export function fitting(commands, typed, person) {
  if (!typed.startsWith("/") || typed.includes("\n")) return [];
  const whole = commands.filter((one) => typed.startsWith(`${one.start} `));
  if (whole.length) return whole.sort((a, b) => b.start.length - a.start.length).slice(0, 1);
  const all = commands.filter((one) => one.start.startsWith(typed));
  return [...all.filter((one) => mayRun(person, one)), ...all.filter((one) => !mayRun(person, one))];
}

/** Whether the settings let *person* run it; where nobody knows them, they do. */
export function mayRun(person, command) {
  return !command.needs || !person.may || person.may.includes(command.needs);
}

export function hint(one, person) {
  return [
    el("span", { class: "usage" }, el("b", {}, one.start), one.usage.slice(one.name.length)),
    el("span", { class: "quiet" }, one.summary, mayRun(person, one) ? null : el("span", { class: "needs" }, ` needs ${one.needs}`)),
  ];
}

/** An empty room: what *person* could do first; *put(line)* writes it into the composer and sends nothing. */
export function firstTasks(commands, person, put) {
  if (person.guest) return el("p", {}, guestLine(person));
  const named = FIRST.map((name) => commands.find((one) => one.name === name));
  const tasks = named.filter((one) => one?.examples.length && mayRun(person, one)).slice(0, MANY);
  return el("div", { class: "tasks" },
    el("p", {}, tasks.length ? `Nothing here yet. As ${person.name} you could start with one of these, or type / to see every command.`
      : "Nothing here yet. Type / to see every command."),
    tasks.map((one) => {
      const line = `${one.command} ${one.examples[0]}`;
      return el("button", { type: "button", class: "task", onclick: () => put(line) }, el("code", {}, line), el("span", { class: "quiet" }, one.summary));
    }));
}

export function guestLine(person) {
  return `${person.name} is a guest; dgbot answers full members only.`;
}
