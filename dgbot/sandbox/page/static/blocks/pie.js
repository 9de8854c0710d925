// A pie: shares of a whole, the first one from noon on, clockwise.

import { svg } from "/static/make.js";

const SIZE = 200;
const RADIUS = 92;

export function pie(segments) {
  const all = segments.reduce((sum, one) => sum + one.value, 0);
  let turned = 0;
  const parts = segments.map((one, index) => {
    const from = turned;
    turned += one.value / all;
    const title = svg("title", {}, `${one.label}: ${one.value}`);
    const look = { class: `slice fill-${index}` };
    if (segments.length === 1) return svg("circle", { cx: SIZE / 2, cy: SIZE / 2, r: RADIUS, ...look }, title);
    const large = turned - from > 0.5 ? 1 : 0;
    const path = `M${SIZE / 2} ${SIZE / 2}L${at(from)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${at(turned)}Z`;
    return svg("path", { d: path, ...look }, title);
  });
  return { width: SIZE, height: SIZE, parts };
}

function at(turn) {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return `${(SIZE / 2 + RADIUS * Math.cos(angle)).toFixed(2)} ${(SIZE / 2 + RADIUS * Math.sin(angle)).toFixed(2)}`;
}
