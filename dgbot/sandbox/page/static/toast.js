// Why something was refused: for six seconds, until it is clicked away, or until something succeeds.

import { byId } from "/static/make.js";

const LASTS = 6000;
let hiding = 0;
let toast; // kept, because a dialog that it was shown in takes it along when it goes

/** Shows *refusal*, if there is one; whether all is well. */
export function tell(refusal) {
  toast ??= byId("toast");
  clearTimeout(hiding);
  toast.hidden = !refusal;
  if (!refusal) return true;
  const holder = document.querySelector("dialog[open]") ?? document.body;
  holder.append(toast);
  toast.textContent = refusal;
  toast.onclick = () => (toast.hidden = true);
  hiding = setTimeout(toast.onclick, LASTS);
  return false;
}
