// Slack's markup as DOM nodes.

import { el } from "/static/make.js";

const EMOJI = {
  bell: "🔔", eyes: "👀", hourglass: "⌛", key: "🔑", large_green_circle: "🟢", large_yellow_circle: "🟡", lock: "🔒",
  moneybag: "💰", red_circle: "🔴", tada: "🎉", thumbsup: "👍", warning: "⚠️", wave: "👋", white_check_mark: "✅",
  white_circle: "⚪", x: "❌",
};
const PARTS = new RegExp(
  [
    "```(?<fence>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<token>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)(?<bold>[^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)(?<italic>[^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)(?<strike>[^~\\n]*?\\S)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

/** A text object, or nothing. */
export function words(text, names) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, names) : [emojied(text.text)];
}

/** mrkdwn, quotes included. */
export function mrkdwn(text, names) {
  if (text.includes("```")) return inline(text, names);
  const nodes = [];
  let lines = [];
  let quoted = false;
  const flush = () => {
    if (!lines.length) return;
    const inside = inline(lines.join("\n"), names);
    nodes.push(...(quoted ? [el("blockquote", {}, inside)] : inside));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (Boolean(quote) !== quoted) {
      flush();
      quoted = Boolean(quote);
    }
    lines.push(quote ? quote[1] : line);
  }
  flush();
  return nodes;
}

export function emojied(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    if (found.index > at) nodes.push(unescaped(text.slice(at, found.index)));
    nodes.push(part(found[0], found.groups, names));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(unescaped(text.slice(at)));
  return nodes;
}

function part(whole, { fence, code, token, bold, italic, strike, emoji }, names) {
  if (fence !== undefined) return el("pre", {}, unescaped(fence.replace(/^\n/, "")));
  if (code !== undefined) return el("code", {}, unescaped(code));
  if (token !== undefined) return tokened(token, names);
  if (bold !== undefined) return el("b", {}, inline(bold, names));
  if (italic !== undefined) return el("i", {}, inline(italic, names));
  if (strike !== undefined) return el("s", {}, inline(strike, names));
  return EMOJI[emoji] ?? whole;
}

function tokened(token, names) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : token.slice(bar + 1);
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("!subteam^")) return mention(names[target.slice(9)] ?? (label || target));
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  if (/^[@#]/.test(target)) return mention(names[target.slice(1)] ?? target[0] + (label || target.slice(1)));
  return linked(target, label);
}

export function mention(name) {
  return el("span", { class: "mention" }, name);
}

export function linked(target, label) {
  const shown = unescaped(label || target.replace(/^mailto:/, ""));
  if (!/^(https?:|mailto:)/.test(target)) return shown;
  return el("a", { href: unescaped(target), target: "_blank", rel: "noopener noreferrer" }, shown);
}

function dated(target, fallback) {
  const [, stamp, form = ""] = target.split("^");
  const when = new Date(Number(stamp) * 1000);
  if (!form || Number.isNaN(when.getTime())) return unescaped(fallback);
  const shown = form.replace(/\{(\w+)\}/g, (whole, name) => (name in FORMS ? FORMS[name](when) : whole));
  return el("time", { datetime: when.toISOString(), title: when.toString() }, shown);
}

const as = (options) => (when) => new Intl.DateTimeFormat("en-GB", options).format(when);
const pretty = (other) => (when) => {
  const days = Math.round((new Date(when).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86400000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? other(when);
};
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const FORMS = {
  date_num: (when) => when.toISOString().slice(0, 10),
  date: as({ day: "numeric", month: "long", year: "numeric" }),
  date_short: as({ day: "numeric", month: "short", year: "numeric" }),
  date_long: as(LONG),
  date_pretty: pretty(as({ day: "numeric", month: "long", year: "numeric" })),
  date_short_pretty: as({ weekday: "short", day: "numeric", month: "short" }),
  date_long_pretty: pretty(as(LONG)),
  time: as({ hour: "2-digit", minute: "2-digit" }),
  time_secs: as({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
};

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
