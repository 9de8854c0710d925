// Rich text: what people's own messages are made of, and what a bot may send ready formatted.

import { dated } from "/static/blocks/dates.js";
import { emoji } from "/static/blocks/emoji.js";
import { el, svg } from "/static/make.js";
import { linked, mention } from "/static/blocks/mrkdwn.js";
import { own } from "/static/own.js";

const TAGS = [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"], ["underline", "u"]];

export function richText(block, names) {
  const nodes = [];
  let lists = [];
  const flush = () => {
    if (lists.length) nodes.push(nested(lists, names));
    lists = [];
  };
  for (const part of block.elements ?? []) {
    if (part.type === "rich_text_list" && !(lists.length && parted(lists[0], part))) lists.push(part);
    else {
      flush();
      if (part.type === "rich_text_list") lists.push(part);
      else nodes.push(passage(part, names));
    }
  }
  flush();
  return nodes;
}

function passage(part, names) {
  const inside = (part.elements ?? []).map((one) => run(one, names));
  switch (part.type) {
    case "rich_text_section": return el("p", {}, inside);
    case "rich_text_preformatted": return el("pre", { tabindex: "0" }, inside);
    case "rich_text_quote": return el("blockquote", {}, inside);
    default: return run(part, names);
  }
}

/** Whether *next* is a list of its own, and no continuation of the one that *first* began. */
function parted(first, next) {
  return (next.indent ?? 0) <= (first.indent ?? 0) && (next.style !== first.style || next.offset !== undefined);
}

/** Slack's lists follow one another, each with its depth; here a deeper one lies in the last item of the one above. */
function nested(lists, names) {
  const stack = [];
  for (const part of lists) {
    const depth = part.indent ?? 0;
    while (stack.length > 1 && stack.at(-1).depth > depth) stack.pop();
    let top = stack.at(-1);
    if (!top || top.depth < depth || top.node.tagName !== tag(part)) {
      const node = el(tag(part).toLowerCase(), { start: part.offset ? part.offset + 1 : undefined, class: part.border ? "bordered" : undefined });
      if (top && top.depth === depth && stack.length > 1) stack.pop();
      const over = stack.at(-1);
      (over ? over.node.lastElementChild ?? over.node : null)?.append(node);
      top = { depth, node };
      stack.push(top);
    }
    for (const item of part.elements ?? []) top.node.append(el("li", {}, passage(item, names)));
  }
  return stack[0].node;
}

function tag(list) {
  return list.style === "ordered" ? "OL" : "UL";
}

function run(part, names) {
  let node = bare(part, names);
  for (const [name, wrap] of TAGS) if (part.style?.[name]) node = el(wrap, {}, node);
  return node;
}

function bare(part, names) {
  switch (part.type) {
    case "text": return document.createTextNode(part.text);
    case "user": return mention(own(names, part.user_id) ?? part.user_id);
    case "usergroup": return mention(own(names, part.usergroup_id) ?? part.usergroup_id);
    case "channel": return mention(own(names, part.channel_id) ?? part.channel_id);
    case "team": return mention(own(names, part.team_id) ?? part.team_id);
    case "broadcast": return mention(`@${part.range}`);
    case "link": return linked(part.url, part.text);
    case "emoji": return document.createTextNode(emoji(part.name, part.unicode));
    case "date": return el("span", {}, dated(part.timestamp, part.format, part.fallback ?? "", part.url));
    case "color": return colour(part.value);
    default: return document.createTextNode(part.text ?? part.fallback ?? "");
  }
}

function colour(value) {
  const swatch = /^#[0-9a-f]{3,8}$/i.test(value)
    ? svg("svg", { viewBox: "0 0 10 10", class: "swatch", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, rx: 2, fill: value })) : null;
  return el("span", { class: "colour" }, swatch, value);
}
