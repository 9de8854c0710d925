// Radio buttons and checkboxes: the bot is told of all that are chosen, not of the last one alone.

import { el } from "/static/make.js";
import { words } from "/static/blocks/mrkdwn.js";

export function choices(element, at) {
  const many = element.type === "checkboxes";
  const names = at.deck.names;
  const start = at.held ?? (many ? (at.kept?.selected_options ?? []).map((one) => one.value) : at.kept?.selected_option?.value ?? "");
  const boxes = element.options.map((one, index) => {
    const box = el("input", { type: many ? "checkbox" : "radio", name: at.id, value: one.value, "data-at": at.at(one.value),
      "data-first": element.focus_on_load && index === 0 ? "true" : undefined, "aria-describedby": at.about });
    box.checked = many ? start.includes(one.value) : start === one.value;
    return [box, el("label", { class: "choice" }, box, el("span", {}, words(one.text, names),
      one.description ? el("span", { class: "quiet about" }, words(one.description, names)) : null))];
  });
  const chosen = () => boxes.filter(([box]) => box.checked).map(([box]) => box.value);
  const read = () => (many ? chosen() : chosen()[0] ?? "");
  let before = chosen();
  const node = el("div", { class: "choices", id: at.id, role: at.bare ? (many ? "group" : "radiogroup") : undefined }, boxes.map(([, label]) => label));
  node.addEventListener("change", () => {
    if (!at.tells) return;
    const undo = () => boxes.forEach(([box]) => (box.checked = before.includes(box.value)));
    at.tell(read(), undo).then(() => (before = chosen()));
  });
  return { group: true, node, read };
}
