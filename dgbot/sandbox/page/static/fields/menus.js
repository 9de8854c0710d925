// Menus of one kind or another: where their options come from, and what they start with.

import { Picker } from "/static/fields/picker.js";

const SEVERAL = /^multi_/;
const LEAST_TYPED = 3; // characters from which Slack asks the bot, where the bot does not say

export function menu(element, at) {
  const kind = element.type.replace(SEVERAL, "").replace(/_select$/, "");
  const several = SEVERAL.test(element.type);
  const source = { static: fixed, external, users: people, conversations: rooms, channels: rooms }[kind](element, at);
  const start = at.held ?? chosen(at.kept, source);
  const picker = new Picker({ element, at, several, source, start });
  return { node: picker.node, read: () => picker.values(), keep: () => picker.chosen };
}

/** The options in *kept*, which is what Slack holds for the field, under whatever key its kind has. */
function chosen(kept, source) {
  const [, held] = Object.entries(kept ?? {}).find(([key]) => key.startsWith("selected_")) ?? [];
  const all = Array.isArray(held) ? held : held === undefined || held === null ? [] : [held];
  return all.map((one) => (typeof one === "string" ? source.named(one) : option(one)));
}

function option(one) {
  return { value: one.value, text: one.text.text, about: one.description?.text ?? "" };
}

function groups(given) {
  if (given.option_groups) return given.option_groups.map((one) => ({ label: one.label.text, options: one.options.map(option) }));
  return [{ label: "", options: (given.options ?? []).map(option) }];
}

function fixed(element) {
  return within(groups(element));
}

function people(element, { deck }) {
  return within([{ label: "", options: deck.people.filter((one) => !one.bot).map((one) => ({ value: one.id, text: `@${one.name}`, about: one.guest ? "guest" : "" })) }], deck.names);
}

function rooms(element, { deck }) {
  const all = !element.type.includes("conversations");
  const include = all ? ["public", "private"] : element.filter?.include ?? ["public", "private", "im", "mpim"];
  const kind = (one) => (one.direct ? "im" : one.private ? "private" : "public");
  const fit = deck.rooms.filter((one) => include.includes(kind(one)) && !(one.direct && element.filter?.exclude_bot_users));
  return within([{ label: "", options: fit.map((one) => ({ value: one.id, text: one.direct ? one.name : `#${one.name}`, about: one.direct ? "direct message" : "" })) }], deck.names);
}

/** What is there already, narrowed by what is typed. */
function within(all, names = {}) {
  const fits = (one, text) => `${one.text} ${one.about}`.toLowerCase().includes(text.trim().toLowerCase());
  return {
    least: 0,
    find: (text) => ({ groups: all.map((one) => ({ ...one, options: one.options.filter((option) => fits(option, text)) })) }),
    named: (id) => ({ value: id, text: names[id] ?? id, about: "" }),
  };
}

/** What the bot answers to what is typed. */
function external(element, { deck, block }) {
  return {
    asks: true,
    least: element.min_query_length ?? LEAST_TYPED,
    find: async (text) => {
      const answer = await deck.lookUp(block.block_id, element.action_id, text);
      return answer.ok ? { groups: groups(answer) } : { refusal: answer.error };
    },
    named: (id) => ({ value: id, text: id, about: "" }),
  };
}
