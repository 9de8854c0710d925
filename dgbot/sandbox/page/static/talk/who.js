// Who you are, who that is in the company, and who of the others has news.

import { byId, el } from "/static/make.js";

export class Who {
  #select = byId("who");
  #about = byId("who-about");
  #news = byId("who-news");
  #people;
  #be;
  person;

  /** *be(name)* is told who somebody wants to be. */
  constructor(people, be) {
    this.knows(people);
    this.person = this.#people[0];
    this.#be = be;
    this.#select.append(...this.#people.map((one) => el("option", { value: one.name }, one.guest ? `${one.name} (guest)` : one.name)));
    this.#select.addEventListener("change", () => be(this.#select.value));
  }

  /** What they may do can change. */
  knows(people) {
    this.#people = people.filter((one) => !one.bot);
    if (this.person) this.is(this.person.name);
  }

  /** You are the person of that *name* from now on, or else the first one. */
  is(name) {
    this.person = this.#people.find((one) => one.name === name) ?? this.#people[0];
    this.#select.value = this.person.name;
    this.#about.textContent = this.person.about;
    return this.person;
  }

  /** *names* have something that they have not seen. */
  haveNews(names) {
    const others = names.filter((name) => name !== this.#select.value);
    if (this.#news.dataset.now === String(others)) return;
    const focused = [...this.#news.querySelectorAll("button")].indexOf(document.activeElement);
    this.#news.dataset.now = String(others);
    this.#news.hidden = !others.length;
    const buttons = others.map((name) => el("button", { type: "button", onclick: () => this.#be(name), "aria-label": `Be ${name}, who has news` }, name));
    this.#news.replaceChildren(el("span", {}, "News for"), ...buttons);
    if (focused >= 0) (buttons[focused] ?? this.#select).focus();
  }
}
