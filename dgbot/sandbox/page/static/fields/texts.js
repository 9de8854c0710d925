// Fields that are typed into: texts, addresses, numbers, days and times.

import { el } from "/static/make.js";

const INPUTS = {
  plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local",
};
const KEYS = { datepicker: "selected_date", timepicker: "selected_time", datetimepicker: "selected_date_time", rich_text_input: "rich_text_value" };
const NAMES = { datepicker: "Day", timepicker: "Time", datetimepicker: "Day and time" };
const PAUSE = 250; // ms without a key, after which the bot is told of what was typed

export function typed(element, at) {
  const many = element.multiline === true || element.type === "rich_text_input";
  const picker = Object.hasOwn(NAMES, element.type);
  const node = el(many ? "textarea" : "input", {
    id: at.id, type: many ? undefined : INPUTS[element.type], rows: many ? "4" : undefined,
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : undefined,
    placeholder: element.placeholder?.text, "data-at": at.at(), "data-first": element.focus_on_load ? "true" : undefined,
    "aria-label": at.bare ? element.placeholder?.text ?? NAMES[element.type] : undefined,
    "aria-invalid": at.wrong ? "true" : undefined, "aria-describedby": at.about,
  });
  node.value = at.held !== undefined ? at.held : kept(element, at.kept);
  const read = () => (element.type === "datetimepicker" ? seconds(node.value) : node.value);
  if (at.tells) {
    if (picker) tellsOnceChosen(node, read, at);
    else tellsWhileTyping(node, read, element, at);
  }
  return { node: counted(node, element), read, keep: () => node.value };
}

function kept(element, value) {
  const held = value?.[KEYS[element.type] ?? "value"];
  if (held === undefined || held === null) return "";
  if (element.type === "rich_text_input") return wordsOf(held).trimEnd();
  return element.type === "datetimepicker" ? local(held) : String(held);
}

function tellsOnceChosen(node, read, at) {
  let before = node.value;
  node.addEventListener("change", () => {
    if (!node.value || node.value === before) return;
    const undo = () => (node.value = before);
    at.tell(read(), undo).then(() => (before = node.value));
  });
}

/** On Enter, as Slack does, or after each pause, or both. */
function tellsWhileTyping(node, read, element, at) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting = 0;
  if (when.includes("on_character_entered")) {
    node.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => node.isConnected && at.tell(read()), PAUSE);
    });
  }
  if (when.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      clearTimeout(waiting);
      at.tell(read());
    });
  }
}

/** With how much is left to write, once little is. */
function counted(node, element) {
  if (!element.max_length) return node;
  const left = el("span", { class: "left", "aria-hidden": "true" });
  const count = () => {
    const rest = element.max_length - node.value.length;
    left.textContent = rest <= 20 ? String(rest) : "";
    left.classList.toggle("over", rest < 0);
  };
  node.addEventListener("input", count);
  count();
  return el("span", { class: "counted" }, node, left);
}

function wordsOf(part) {
  const inside = (part.elements ?? []).map(wordsOf).join("");
  return (part.text ?? part.url ?? "") + inside + (/^rich_text_(section|preformatted|quote)$/.test(part.type) ? "\n" : "");
}

function seconds(written) {
  const when = new Date(written);
  return Number.isNaN(when.getTime()) ? "" : String(Math.floor(when.getTime() / 1000));
}

function local(stamp) {
  const when = new Date(stamp * 1000);
  return new Date(when.getTime() - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
