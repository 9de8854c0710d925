// Deepgram's console, as its owner would open it: what each project holds, and what can be done behind the bot's back.

import { Feed } from "/static/feed.js";
import { keyForm, keyRow } from "/static/beside/keys.js";
import { lever, money, moneyLevers, redraw } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { ask } from "/static/talk/ask.js";
import { post } from "/static/screen.js";
import { tell } from "/static/toast.js";

export class Holdings {
  #feed;
  #projects = new Map();

  constructor(holder) {
    this.holder = holder;
    this.#feed = new Feed((told) => this.#draw(told.projects), (up) => holder.classList.toggle("stale", !up));
  }

  watch(on) {
    if (on) this.#feed.open(() => "/page/holdings");
    else this.#feed.close();
  }

  #draw(projects) {
    for (const [id, project] of this.#projects) {
      if (projects.some((one) => one.id === id)) continue;
      project.section.remove();
      this.#projects.delete(id);
    }
    for (const one of projects) {
      if (!this.#projects.has(one.id)) {
        const project = new Project(one, this.#projects.size === 0);
        this.#projects.set(one.id, project);
        this.holder.append(project.section);
      }
      this.#projects.get(one.id).draw(one);
    }
  }
}

class Project {
  #said = el("p", { class: "quiet done", role: "status" });
  #left = el("p", { class: "figure" });
  #balances = el("p", { class: "quiet" });
  #usage = el("table", { class: "sums" });
  #keysTitle = el("summary");
  #keys = el("ul", { class: "holdings" });
  #keyForm;
  #peopleTitle = el("summary");
  #people = el("ul", { class: "holdings" });

  constructor(one, first) {
    const act = async (rest, done) => {
      const refusal = await post("/page/console", { project: one.id, ...rest });
      this.#said.textContent = refusal ? "" : done;
      return refusal;
    };
    this.act = act;
    this.#keyForm = keyForm(act);
    this.section = el("section", {}, el("h2", {}, one.name), el("div", { class: "row" }, this.#left, this.#balances), this.#usage,
      moneyLevers(({ amount, more }) => more ? act({ do: "tops_up", amount }, `Topped up by ${money(amount)}.`) : act({ do: "leaves", amount }, "The balance is set.")),
      this.#said,
      el("details", { open: first }, this.#keysTitle, this.#keys, this.#keyForm.element),
      el("details", {}, this.#peopleTitle, this.#people, peopleForm(act)));
  }

  draw(one) {
    this.#left.textContent = money(one.left);
    this.#left.classList.toggle("low", Number(one.left) < 50);
    this.#balances.textContent = one.balances.length > 1 ? one.balances.map((part) => money(part.amount)).join(" + ") : "";
    redraw(this.#usage, one.usage, () => usage(one.usage));
    this.#keysTitle.textContent = `Keys (${one.keys.length})`;
    redraw(this.#keys, one.keys, () => one.keys.map((key) => keyRow(key, this.act)));
    this.#keyForm.owners(one.members);
    this.#peopleTitle.textContent = `People (${one.members.length})${one.invites.length ? `, ${one.invites.length} invited` : ""}`;
    redraw(this.#people, [one.members, one.invites], () => [
      one.members.map((member) => memberRow(member, this.act)),
      one.invites.map((invite) => inviteRow(invite, this.act)),
    ]);
  }
}

function usage({ today, week }) {
  const row = (label, sum) => el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, `${sum.hours} h`),
    el("td", {}, count(sum.requests)), el("td", {}, count(sum.speeches)), el("td", {}, money(sum.spent)));
  const heads = ["", "audio", "requests", "speech", "spent"].map((head) => (head ? el("th", { scope: "col", title: ABOUT[head] }, head) : el("td")));
  return [el("tr", {}, heads), row("Today", today), row("7 days", week)];
}

const ABOUT = { requests: "As the usage report counts them, without requests for speech", speech: "Requests for speech, which the usage report leaves out" };
const count = (number) => number.toLocaleString("en-US");

function inviteRow({ email, role }, act) {
  return el("li", {}, el("span", { class: "grow" }, email, el("span", { class: "quiet line" }, `invited as ${role}`)),
    lever("Accept", () => act({ do: "accepts_invite", email }, `${email} has joined as ${role}.`), { class: "plain small", "aria-label": `Accept for ${email}` }),
    lever("Withdraw", () => act({ do: "withdraws_invite", email }, `The invitation of ${email} is withdrawn.`), { class: "plain small", "aria-label": `Withdraw the invitation of ${email}` }));
}

function memberRow(member, act) {
  const remove = async () => {
    const keys = member.keys === 1 ? "1 key goes" : `${member.keys} keys go`;
    const sure = await ask({
      title: { text: `Remove ${member.email}?` },
      text: { type: "plain_text", text: `${keys} with them, and what uses a key of theirs fails at once.` },
      confirm: { text: "Remove" }, deny: { text: "Keep" }, style: "danger",
    });
    return sure ? act({ do: "removes_member", member: member.id }, `${member.email} is removed.`) : null;
  };
  return el("li", {}, el("span", { class: "grow" }, member.email), el("span", { class: "chip" }, member.role),
    lever("Remove", remove, { class: "plain small", "aria-label": `Remove ${member.email}` }));
}

function peopleForm(act) {
  const email = el("input", { type: "email", placeholder: "dave@acme.test", "aria-label": "E-mail", required: "", autocomplete: "off" });
  const role = el("select", { "aria-label": "Role" }, ["member", "admin", "owner"].map((one) => el("option", { value: one }, one)));
  const form = el("form", { class: "making" }, email, role,
    el("button", { type: "submit", class: "plain", value: "invites" }, "Invite"), el("button", { type: "submit", class: "plain", value: "adds_member" }, "Add"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [deed, address] = [event.submitter.value, email.value.trim()];
    const done = deed === "invites" ? `${address} is invited.` : `${address} is a ${role.value} now.`;
    if (tell(await act({ do: deed, email: address, role: role.value }, done))) email.value = "";
  });
  return form;
}
