// The question that a dangerous button asks first.

import { byId, el } from "/static/make.js";
import { words } from "/static/blocks/mrkdwn.js";

/** Whether the person says yes to Slack's confirm object. */
export function ask(confirm) {
  const dialog = byId("confirm");
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.onclose = null;
      dialog.close();
      resolve(yes);
    };
    const look = confirm.style === "danger" ? "danger solid" : "primary";
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, words(confirm.title, {})),
      el("p", {}, words(confirm.text, {})),
      el("footer", {},
        el("button", { type: "button", class: "plain", autofocus: "", onclick: () => answer(false) }, words(confirm.deny, {})),
        el("button", { type: "button", class: look, onclick: () => answer(true) }, words(confirm.confirm, {}))));
    dialog.onclose = () => answer(false);
    dialog.showModal();
  });
}
