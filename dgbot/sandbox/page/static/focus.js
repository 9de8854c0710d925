// Where the keyboard is: kept when what it is on is drawn anew, and brought back when a window closes.

/** Draws, and puts the focus back on what has the same place (data-at) as what had it. */
export function keepingFocus(draw) {
  const before = document.activeElement;
  const place = before?.dataset?.at;
  const selection = typed(before) ? [before.selectionStart, before.selectionEnd] : null;
  draw();
  if (!place || (before.isConnected && document.activeElement === before)) return;
  const after = placed(place);
  after?.focus({ preventScroll: true });
  if (selection && typed(after)) after.setSelectionRange(...selection);
}

/** Remembers what has the focus now; what is returned brings it back there, to what then has its place, or to its message. */
export function returning() {
  const before = document.activeElement;
  const place = before?.dataset?.at;
  const message = before?.closest("[data-key]")?.dataset.key;
  return () => {
    const kept = before?.isConnected && before !== document.body ? before : null;
    const after = kept || (place && placed(place)) || (message && document.querySelector(`[data-key="${CSS.escape(message)}"]`));
    if (after) after.focus({ preventScroll: true });
  };
}

function placed(place) {
  return document.querySelector(`[data-at="${CSS.escape(place)}"]`);
}

function typed(node) {
  return node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && /^(text|url)$/.test(node.type));
}
