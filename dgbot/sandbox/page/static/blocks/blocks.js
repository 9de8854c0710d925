// Block Kit as DOM: which room draws which block. What the blocks live on is a deck (deck.js).

import { button, iconButton, overflow, thumbs, workflow } from "/static/blocks/buttons.js";
import { alert, card, carousel, container, plan, task } from "/static/blocks/cards.js";
import { chart } from "/static/blocks/charts.js";
import { emojied } from "/static/blocks/emoji.js";
import { field, fillable } from "/static/fields/fields.js";
import { el } from "/static/make.js";
import { markdown } from "/static/blocks/markdown.js";
import { file, picture, thumbnail, video } from "/static/blocks/media.js";
import { words } from "/static/blocks/mrkdwn.js";
import { richText } from "/static/blocks/rich.js";
import { dataTable, table } from "/static/blocks/tables.js";

export function drawn(blocks, deck) {
  return blocks.map((block) => {
    try {
      return (Object.hasOwn(DRAW, block.type) ? DRAW[block.type] : unknown)(block, deck);
    } catch {
      return unknown(block); // Slack checks little of what lies deep in a block, and a bot may be wrong there
    }
  });
}

const DRAW = {
  section: (block, deck) =>
    el("div", { class: "section" },
      el("div", { class: "section-text" },
        block.text ? el("p", {}, words(block.text, deck.names)) : null,
        block.fields ? el("div", { class: "facts" }, block.fields.map((one) => el("p", {}, words(one, deck.names)))) : null,
      ),
      block.accessory ? el("div", { class: "accessory" }, element(block.accessory, block, deck)) : null,
    ),
  header: (block) => el("h3", { class: "head" }, emojied(block.text.text)),
  context: (block, deck) =>
    el("div", { class: "context" },
      block.elements.map((one) => (one.type === "image" ? thumbnail(one) : el("span", {}, words(one, deck.names))))),
  actions: row,
  context_actions: row,
  divider: () => el("hr"),
  image: picture,
  input: (block, deck) => (fillable(block.element) ? field(block, block.element, deck) : unknown(block)),
  rich_text: (block, deck) => el("div", { class: "rich" }, richText(block, deck.names)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  markdown: (block, deck) => el("div", { class: "markdown" }, markdown(block.text, deck.names)),
  alert,
  card,
  carousel,
  container: (block, deck) => container(block, deck, drawn),
  video,
  file,
  plan,
  task_card: task,
};

const ELEMENTS = {
  button,
  workflow_button: workflow,
  icon_button: iconButton,
  feedback_buttons: thumbs,
  overflow,
  image: (one) => thumbnail(one, true),
};

function row(block, deck) {
  return el("div", { class: "actions" }, block.elements.map((one) => element(one, block, deck)));
}

function element(one, block, deck) {
  if (fillable(one)) return field(block, one, deck);
  return (Object.hasOwn(ELEMENTS, one.type) ? ELEMENTS[one.type] : unknown)(one, block, deck);
}

function unknown(thing) {
  return el("details", { class: "unknown" },
    el("summary", {}, `${thing.type} (not drawn yet)`), el("pre", {}, JSON.stringify(thing, null, 2)));
}
