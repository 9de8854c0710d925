// Slack's dates, which each reader sees in their own time zone.

import { el } from "/static/make.js";

/** *form* is text with {tokens}; *stamp* is in seconds. Without a date or a form, the fallback. */
export function dated(stamp, form, fallback, url = "") {
  const when = new Date(Number(stamp) * 1000);
  if (!form || Number.isNaN(when.getTime())) return fallback;
  const shown = form.replace(/\{(\w+)\}/g, (whole, name) => (name in FORMS ? FORMS[name](when) : whole));
  const time = el("time", { datetime: when.toISOString(), title: when.toString() }, shown);
  return /^https?:/.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

const as = (options) => (when) => new Intl.DateTimeFormat("en-GB", options).format(when);
const days = (when) => Math.round((new Date(when).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86400000);
const pretty = (other) => (when) => ({ "-1": "yesterday", 0: "today", 1: "tomorrow" })[days(when)] ?? other(when);
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const FULL = as({ day: "numeric", month: "long", year: "numeric" });
const SHORT = as({ day: "numeric", month: "short", year: "numeric" });
const two = (number) => String(number).padStart(2, "0");
const numbers = (between) => (when) => [when.getFullYear(), two(when.getMonth() + 1), two(when.getDate())].join(between);

function ago(when) {
  const seconds = (when - Date.now()) / 1000;
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
