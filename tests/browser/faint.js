// Texts whose contrast with their ground is too low, each with the ratio.
() => {
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], ground) => [r, g, b].map((one, at) => one * a + ground[at] * (1 - a));
  const ground = (node) => {
    const layers = [];
    for (let one = node; one; one = one.parentElement) layers.push(rgba(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255).map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (colour, below) => {
    const [low, high] = [light(over(rgba(colour), below)), light(below)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  for (const one of document.querySelectorAll("[placeholder]:not(:disabled)")) {
    const told = ratio(getComputedStyle(one, "::placeholder").color, ground(one));
    if (one.checkVisibility({ checkVisibilityCSS: true }) && told < 4.5) found.push(`${told.toFixed(2)}: ${one.placeholder}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    const seen = node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    if (!/[\p{L}\p{N}]/u.test(text.data) || !seen || node.closest("noscript, option, [aria-hidden=true], :disabled")) continue;
    const style = getComputedStyle(node);
    const told = ratio(node instanceof SVGElement ? style.fill : style.color, ground(node));
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (told < (large ? 3 : 4.5)) found.push(`${told.toFixed(2)}: ${text.data.trim().slice(0, 60)}`);
  }
  return found;
}
