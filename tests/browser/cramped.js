// What is wider than the page, and what is too small for a thumb.
() => {
  const wide = document.documentElement.scrollWidth > innerWidth ? [`the page is ${document.documentElement.scrollWidth} px wide`] : [];
  const small = [...document.querySelectorAll("button, select, input, textarea, summary, a.button, [role=tab]")]
    .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
    .map((one) => [one.closest("label") ?? one, one])
    .map(([box, one]) => [box.getBoundingClientRect(), one])
    .filter(([box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([box, one]) => `${one.textContent || one.getAttribute("aria-label") || one.id}: ${box.width} x ${box.height}`);
  return [...wide, ...small];
}
