// The keys of a project in Deepgram's console: no part of a secret is here, only the end of each key's id.

import { lever } from "/static/beside/levers.js";
import { el } from "/static/make.js";
import { ask } from "/static/talk/ask.js";
import { tell } from "/static/toast.js";

export function keyRow(key, act) {
  const tail = `•••${key.id.slice(-4)}`;
  const ends = key.expires === null ? "no expiry" : `${key.lives ? "until" : "expired"} ${day(key.expires)}`;
  return el("li", { class: key.lives ? "key" : "key gone" },
    el("span", { class: "grow" }, el("b", {}, key.comment || "no comment"), " ", el("code", { title: key.id }, tail), " ", key.bots ? el("span", { class: "chip good" }, "the bot's own") : null,
      el("span", { class: "quiet" }, `${key.scopes.join(", ")} · ${key.owner}`),
      el("span", { class: "quiet" }, `made ${day(key.created)}, ${ends}`)),
    lever("Revoke", () => revoke(key, tail, act), { class: "plain small", "aria-label": `Revoke ${key.comment} (${tail})` }));
}

async function revoke(key, tail, act) {
  const what = key.bots ? "The bot itself uses it, and can do nothing without it." : "What uses it fails at once.";
  const sure = await ask({
    title: { text: `Revoke ${key.comment} (${tail})?` },
    text: { type: "plain_text", text: `${what} This can't be undone.` },
    confirm: { text: "Revoke" }, deny: { text: "Keep" }, style: "danger",
  });
  return sure ? act({ do: "revokes_key", key: key.id }, `${key.comment} (${tail}) is revoked.`) : null;
}

/** A form for a new key, and a way to name those who may own one. */
export function keyForm(act) {
  const field = (example, value = "") => el("input", { type: "text", placeholder: example, value, autocomplete: "off" });
  const labelled = (label, input) => el("label", {}, el("span", { class: "quiet" }, label), input);
  const comment = field("what it is for");
  const scopes = field("usage:read", "usage:read");
  const lives = field("30d; empty: for ever");
  const owner = el("select");
  const form = el("form", { class: "making" },
    labelled("Comment", comment), labelled("Scopes", scopes), labelled("Owner", owner), labelled("Lives", lives),
    el("button", { type: "submit", class: "plain" }, "Make a key"),
    el("p", { class: "quiet" }, "A key made here can be watched and revoked, not used: the sandbox shows its secret to nobody. For one to use, ask the bot."));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = { comment: comment.value.trim(), scopes: scopes.value.split(/[\s,]+/).filter(Boolean), member: owner.value, lives: lives.value.trim() };
    if (tell(await act({ do: "makes_key", ...asked }, `The key ${asked.comment} is made.`))) comment.value = "";
  });
  return {
    element: form,
    owners(members) {
      const now = JSON.stringify(members.map((one) => [one.id, one.email]));
      if (owner.dataset.now === now) return;
      const before = owner.value;
      owner.dataset.now = now;
      owner.replaceChildren(...members.map((one) => el("option", { value: one.id }, one.email)));
      if (members.some((one) => one.id === before)) owner.value = before;
    },
  };
}

function day(at) {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(new Date(at * 1000));
}
