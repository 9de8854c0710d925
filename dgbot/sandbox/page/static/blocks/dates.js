// Slack's dates, which each reader sees in their own time zone.

import { el } from "/static/make.js";
import { now, whenTimePasses } from "/static/now.js";
import { own } from "/static/own.js";

const written = new WeakMap();

/** *form* is text with {tokens}; *stamp* is in seconds. Without a date or a form, the fallback. */
export function dated(stamp, form, fallback, url = "") {
  const when = new Date(Number(stamp) * 1000);
  if (!form || Number.isNaN(when.getTime())) return fallback;
  const time = timed(when, () => form.replace(/\{(\w+)\}/g, (whole, name) => own(FORMS, name)?.(when) ?? whole));
  return /^https?:/.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

/** A moment in the words of *write()*, which are found anew as time passes. */
export function timed(when, write) {
  const node = el("time", { datetime: when.toISOString(), title: when.toString(), "data-follows": "" }, write());
  written.set(node, write);
  return node;
}

/** Sunday 22 November; with the year if it is not the present one. */
export function dayName(when) {
  const year = when.getFullYear() === now().getFullYear() ? undefined : "numeric";
  return as({ weekday: "long", day: "numeric", month: "long", year })(when);
}

whenTimePasses(() => {
  for (const node of document.querySelectorAll("time[data-follows]")) {
    const words = written.get(node)();
    if (node.textContent !== words) node.textContent = words;
  }
});

const as = (options) => (when) => new Intl.DateTimeFormat("en-GB", options).format(when);
const days = (when) => Math.round((new Date(when).setHours(0, 0, 0, 0) - now().setHours(0, 0, 0, 0)) / 86400000);
const pretty = (other) => (when) => ({ "-1": "yesterday", 0: "today", 1: "tomorrow" })[days(when)] ?? other(when);
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const FULL = as({ day: "numeric", month: "long", year: "numeric" });
const SHORT = as({ day: "numeric", month: "short", year: "numeric" });
const two = (number) => String(number).padStart(2, "0");
const numbers = (between) => (when) => [when.getFullYear(), two(when.getMonth() + 1), two(when.getDate())].join(between);

function ago(when) {
  const seconds = (when - now()) / 1000;
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, length] = units.find(([, one]) => Math.abs(seconds) >= one) ?? units.at(-1);
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

const FORMS = {
  date_num: numbers("-"),
  date_slash: numbers("/"),
  date: FULL,
  date_pretty: pretty(FULL),
  date_short: SHORT,
  date_short_pretty: pretty(as({ weekday: "short", day: "numeric", month: "short" })),
  date_long: as(LONG),
  date_long_pretty: pretty(as(LONG)),
  date_long_full: as(LONG),
  day_divider_pretty: pretty(as({ weekday: "long", day: "numeric", month: "long" })),
  time: as({ hour: "2-digit", minute: "2-digit" }),
  time_secs: as({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};
