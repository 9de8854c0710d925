// Slack's markup as DOM nodes.

import { dated } from "/static/blocks/dates.js";
import { emojied } from "/static/blocks/emoji.js";
import { el } from "/static/make.js";
import { own } from "/static/own.js";

const FORMS = [
  "`(?<code>[^`\\n]+)`",
  "<(?<token>[^<>\\n]+)>",
  "(?<url>https?:\\/\\/[^\\s<>|`]*[^\\s<>|`.,;:!?)\\]}'\"*_~])",
  "(?<![\\w*])\\*(?=\\S)(?<bold>[^*\\n]*?\\S)\\*(?![\\w*])",
  "(?<![\\w_])_(?=\\S)(?<italic>[^_\\n]*?\\S)_(?![\\w_])",
  "(?<![\\w~])~(?=\\S)(?<strike>[^~\\n]*?\\S)~(?![\\w~])",
];
const ALL = new RegExp(FORMS.join("|"), "g");
const GIVEN = new RegExp(FORMS.filter((form) => !form.startsWith("(?<url>")).join("|"), "g");

/** A text object, a bare string, or nothing. */
export function words(text, names) {
  if (!text) return [];
  if (typeof text === "string") return [emojied(text)];
  return text.type === "mrkdwn" ? mrkdwn(text.text, names, text.verbatim) : [emojied(text.text)];
}

/** mrkdwn, with its fences and quotes; *verbatim* leaves bare addresses alone, as Slack does. */
export function mrkdwn(text, names, verbatim = false) {
  const parts = verbatim ? GIVEN : ALL;
  return text.split(/```([\s\S]+?)```/).flatMap((piece, index, all) => {
    if (index % 2) return [el("pre", { tabindex: "0" }, unescaped(piece.replace(/^\n/, "").replace(/\n$/, "")))];
    const after = index > 0 ? piece.replace(/^\n/, "") : piece;
    return quoted(index < all.length - 1 ? after.replace(/\n$/, "") : after, names, parts);
  });
}

function quoted(text, names, parts) {
  const nodes = [];
  let lines = [];
  let quoting = false;
  let rest = false;
  const flush = () => {
    if (!lines.length) return;
    const inside = inline(lines.join("\n"), names, parts);
    nodes.push(...(quoting ? [el("blockquote", {}, inside)] : inside));
    lines = [];
  };
  for (const line of text.split("\n")) {
    rest ||= /^(?:&gt;|>){3}/.test(line);
    const quote = line.match(rest ? /^(?:(?:&gt;|>){3} ?)?(.*)$/ : /^(?:&gt;|>) ?(.*)$/);
    if (Boolean(quote) !== quoting) {
      flush();
      quoting = Boolean(quote);
    }
    lines.push(quote ? quote[1] : line);
  }
  flush();
  return nodes;
}

function inline(text, names, parts) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(parts)) {
    if (found.index > at) nodes.push(plainly(text.slice(at, found.index)));
    nodes.push(part(found.groups, names, parts));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(plainly(text.slice(at)));
  return nodes;
}

function part({ code, token, url, bold, italic, strike }, names, parts) {
  if (code !== undefined) return el("code", {}, unescaped(code));
  if (token !== undefined) return tokened(token, names);
  if (url !== undefined) return linked(url, "");
  if (bold !== undefined) return el("b", {}, inline(bold, names, parts));
  if (italic !== undefined) return el("i", {}, inline(italic, names, parts));
  return el("s", {}, inline(strike, names, parts));
}

/** What stands between < and >. */
export function tokened(token, names) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : token.slice(bar + 1);
  if (target.startsWith("!date^")) {
    const [, stamp, form, url] = target.split("^");
    return dated(stamp, form, unescaped(label), unescaped(url ?? ""));
  }
  if (target.startsWith("!subteam^")) return mention(own(names, target.slice(9)) ?? (label || target));
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  if (/^[@#]/.test(target)) return mention(own(names, target.slice(1)) ?? target[0] + (label.replace(/^[@#]/, "") || target.slice(1)));
  return linked(target, label);
}

export function mention(name) {
  return el("span", { class: "mention" }, name);
}

export function linked(target, label) {
  const shown = plainly(label || target.replace(/^mailto:/, ""));
  if (!/^(https?:|mailto:)/.test(target)) return shown;
  return el("a", { href: unescaped(target), target: "_blank", rel: "noopener noreferrer" }, shown);
}

function plainly(text) {
  return unescaped(emojied(text));
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
