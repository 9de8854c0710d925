// What can be filled in: inputs of forms, and menus among buttons. A field reports what it holds as text or values.

import { el } from "/static/make.js";
import { words } from "/static/mrkdwn.js";

const TYPED = {
  plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text",
  datepicker: "date", timepicker: "time",
};
const KEYS = { datepicker: "selected_date", timepicker: "selected_time" };
let count = 0;

export function fillable(element) {
  return element.type in TYPED || ["static_select", "radio_buttons", "checkboxes"].includes(element.type);
}

/** In an input block with its label, hint and error; elsewhere bare, and each choice is pressed at once. */
export function field(block, element, deck) {
  const bare = block.type !== "input";
  const id = `field-${++count}`;
  const wrong = deck.errors?.[block.block_id];
  const about = wrong ? `${id}-wrong` : undefined;
  const held = deck.held?.(block.block_id, element.action_id);
  const kept = deck.state?.[block.block_id]?.[element.action_id];
  const control = controls(element, { id, about, wrong, value: held ?? raw(element, kept), bare, deck, block });
  deck.fields?.push({ block: block.block_id, action: element.action_id, read: control.read });
  if (bare) return control.node;
  const group = element.type === "radio_buttons" || element.type === "checkboxes";
  const label = [words(block.label, deck.names), block.optional ? el("span", { class: "quiet" }, " (optional)") : null];
  return el(group ? "fieldset" : "div", { class: wrong ? "field wrong" : "field" },
    group ? el("legend", {}, label) : el("label", { for: id }, label),
    control.node,
    wrong ? el("p", { class: "error", id: about }, wrong) : null,
    block.hint ? el("p", { class: "quiet" }, words(block.hint, deck.names)) : null);
}

function raw(element, kept) {
  if (!kept) return element.type === "checkboxes" ? [] : "";
  if (element.type === "checkboxes") return (kept.selected_options ?? []).map((one) => one.value);
  if (element.type in TYPED) return kept[KEYS[element.type] ?? "value"] ?? "";
  return kept.selected_option?.value ?? "";
}

function controls(element, at) {
  const changed = (selected) => at.bare && at.deck.press(at.block.block_id, element.action_id, selected);
  if (element.type in TYPED) {
    const many = element.multiline === true;
    const node = el(many ? "textarea" : "input", {
      id: at.id, type: many ? undefined : TYPED[element.type], rows: many ? "4" : undefined,
      maxlength: element.max_length ? String(element.max_length) : undefined,
      placeholder: element.placeholder?.text, "aria-invalid": at.wrong ? "true" : undefined, "aria-describedby": at.about,
    });
    node.value = at.value;
    return { node, read: () => node.value };
  }
  if (element.type === "static_select") {
    const option = (one) => el("option", { value: one.value }, one.text.text);
    const node = el("select", { id: at.id, "aria-describedby": at.about },
      el("option", { value: "" }, element.placeholder?.text ?? "Choose…"),
      (element.options ?? []).map(option),
      (element.option_groups ?? []).map((group) => el("optgroup", { label: group.label.text }, group.options.map(option))));
    node.value = at.value;
    node.addEventListener("change", () => node.value && changed(node.value));
    return { node, read: () => node.value };
  }
  const many = element.type === "checkboxes";
  const boxes = element.options.map((one) => {
    const box = el("input", { type: many ? "checkbox" : "radio", name: at.id, value: one.value });
    box.checked = many ? at.value.includes(one.value) : at.value === one.value;
    box.addEventListener("change", () => changed(one.value));
    return [box, el("label", { class: "choice" }, box, el("span", {}, words(one.text, at.deck.names),
      one.description ? el("span", { class: "quiet" }, " ", words(one.description, at.deck.names)) : null))];
  });
  const chosen = () => boxes.filter(([box]) => box.checked).map(([box]) => box.value);
  return {
    node: el("div", { class: "choices", id: at.id }, boxes.map(([, label]) => label)),
    read: () => (many ? chosen() : chosen()[0] ?? ""),
  };
}
