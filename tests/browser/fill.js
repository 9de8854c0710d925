// Puts a text, or some choice, into what can be filled at a point or else has the focus, as typing would.
({ x, y, text, chance = 0 }) => {
  const at = x === undefined ? document.activeElement : document.elementFromPoint(x, y);
  const one = at?.closest("input, textarea, select");
  if (!one) return "gone";
  if (one.tagName === "SELECT") one.selectedIndex = Math.floor(chance * one.options.length);
  else if (one.type === "checkbox" || one.type === "radio" || one.type === "file") return "";
  else if (one.type === "date") one.value = "2026-12-24";
  else if (one.type === "time") one.value = "12:34";
  else if (one.type === "datetime-local") one.value = "2026-12-24T12:34";
  else one.value = text.slice(0, one.maxLength > 0 ? one.maxLength : text.length);
  one.dispatchEvent(new Event("input", { bubbles: true }));
  one.dispatchEvent(new Event("change", { bubbles: true }));
  return String(one.value);
}
