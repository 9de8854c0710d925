// What a person could point at: visible, enabled and not behind something else.
(wanted) => [...document.querySelectorAll(wanted)].flatMap((one) => {
  if (one.disabled || !one.checkVisibility({ checkVisibilityCSS: true })) return [];
  const box = one.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  if (!hit || !(one.contains(hit) || hit.contains(one))) return [];
  const name = one.getAttribute("aria-label") ?? (one.textContent.trim() || one.id || one.type);
  const place = one.closest("dialog, article, #composer, nav, main, aside")?.tagName ?? "";
  return [{ x, y, place, name: `${one.tagName.toLowerCase()} ${name}`.slice(0, 80) }];
})
