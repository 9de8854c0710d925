// Why something was refused, for six seconds.

import { byId } from "/static/make.js";

const LASTS = 6000;
let hiding = 0;

/** Shows *refusal*, if there is one; whether all is well. */
export function tell(refusal) {
  if (!refusal) return true;
  const toast = byId("toast");
  const holder = document.querySelector("dialog[open]") ?? document.body;
  holder.append(toast);
  toast.textContent = refusal;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (toast.hidden = true), LASTS);
  return false;
}
