// Pictures, films and files: a frame that names them. Nothing is fetched: the page works offline, and tells nobody.

import { el, svg } from "/static/make.js";
import { words } from "/static/blocks/mrkdwn.js";

const HILLS = "M4 19l6-8 4 5 3-3 5 6z M16.5 9a1.8 1.8 0 1 0 0-.01z";
const PLAY = "M9 7l9 5.5L9 18z";

export function picture(block, deck) {
  return el("figure", { class: "picture" },
    block.title ? el("figcaption", {}, words(block.title, deck.names)) : null,
    frame(HILLS, block.alt_text, origin(block)));
}

/** A small one in a line of text, or beside a section. */
export function thumbnail(image, large = false) {
  return el("span", { class: large ? "thumb large" : "thumb", role: "img", "aria-label": image.alt_text, title: `${image.alt_text} (${origin(image)})` },
    sign(HILLS), large ? el("span", {}, image.alt_text) : null);
}

export function video(block, deck) {
  const from = [block.provider_name, block.author_name, host(block.video_url)].filter(Boolean).join(" · ");
  const safe = /^https?:/.test(block.title_url ?? "");
  const title = words(block.title, deck.names);
  return el("figure", { class: "picture" },
    el("figcaption", {}, safe ? el("a", { href: block.title_url, target: "_blank", rel: "noopener noreferrer" }, title) : title),
    frame(PLAY, block.alt_text, from),
    block.description ? el("p", { class: "quiet" }, words(block.description, deck.names)) : null);
}

export function file(block) {
  return el("p", { class: "attached" }, "📎 ", el("span", {}, block.external_id), el("span", { class: "quiet" }, ` ${block.source ?? "remote"} file`));
}

function frame(shape, alt, from) {
  return el("div", { class: "frame", role: "img", "aria-label": alt },
    sign(shape), el("span", { class: "alt" }, alt), el("span", { class: "quiet" }, `${from} · not fetched`));
}

function sign(shape) {
  return svg("svg", { viewBox: "0 0 26 25", class: "sign", "aria-hidden": "true" },
    svg("rect", { x: 1, y: 3, width: 24, height: 19, rx: 3, class: "outline" }), svg("path", { d: shape }));
}

function origin(image) {
  if (image.slack_file) return `Slack file ${image.slack_file.id ?? ""}`.trim();
  return host(image.image_url);
}

function host(address) {
  try {
    return new URL(address).host;
  } catch {
    return "no address";
  }
}
