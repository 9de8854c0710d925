// One line of standard markdown: emphasis, code, links.

import { emojied } from "/static/blocks/emoji.js";
import { el } from "/static/make.js";
import { tokened } from "/static/blocks/mrkdwn.js";

const PARTS = new RegExp(
  [
    "\\\\(?<escaped>[\\\\`*_{}\\[\\]()#+\\-.!|~<>])",
    "(?<ticks>`+)(?<code>[^`]|[^`][\\s\\S]*?[^`])\\k<ticks>(?!`)",
    "!?\\[(?<label>(?:\\\\.|[^\\[\\]\\\\])*)\\]\\((?<target>[^\\s()<>]+(?:\\([^\\s()]*\\)[^\\s()<>]*)?)(?:\\s+\"[^\"]*\")?\\)",
    "<(?<token>(?:https?:|mailto:|[@#!])[^<>\\n]+)>",
    "(?<url>https?:\\/\\/[^\\s<>|`]*[^\\s<>|`.,;:!?)\\]}'\"*_~])",
    "\\*\\*\\*(?=\\S)(?<both>[\\s\\S]*?\\S)\\*\\*\\*",
    "\\*\\*(?=\\S)(?<strong>[\\s\\S]*?\\S\\*?)\\*\\*",
    "(?<![\\w_])__(?=\\S)(?<strong2>[\\s\\S]*?\\S)__(?![\\w_])",
    "\\*(?=\\S)(?<soft>[^*]*?\\S)\\*",
    "(?<![\\w_])_(?=\\S)(?<soft2>[^_]*?\\S)_(?![\\w_])",
    "~~(?=\\S)(?<struck>[\\s\\S]*?\\S)~~",
  ].join("|"),
  "g",
);

export function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    if (found.index > at) nodes.push(emojied(text.slice(at, found.index)));
    nodes.push(part(found.groups, names));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(emojied(text.slice(at)));
  return nodes;
}

function part(found, names) {
  const inside = (text) => inline(text, names);
  if (found.escaped !== undefined) return found.escaped;
  if (found.code !== undefined) return el("code", {}, found.code.replace(/^ (.*) $/s, "$1"));
  if (found.target !== undefined) return link(found.target, inside(found.label));
  if (found.token !== undefined) return tokened(found.token, names);
  if (found.url !== undefined) return link(found.url, found.url);
  if (found.both !== undefined) return el("b", {}, el("i", {}, inside(found.both)));
  if (found.strong ?? found.strong2) return el("b", {}, inside(found.strong ?? found.strong2));
  if (found.soft ?? found.soft2) return el("i", {}, inside(found.soft ?? found.soft2));
  return el("s", {}, inside(found.struck));
}

function link(target, shown) {
  if (!/^(https?:|mailto:)/i.test(target)) return el("span", {}, shown);
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, shown);
}
