// Points that were somewhere else before: they travel to their new places, so that the eye can follow each.

const DURATION = 700;

/** Whether somebody wants nothing to move. */
export const stillness = matchMedia("(prefers-reduced-motion: reduce)");

/** Places of points (N, 2) on a sheet, in CSS pixels, one after the other. */
export function onSheet(values, [x, y]) {
  return Float32Array.from(values, (value, i) => (i % 2 ? y(value) : x(value)));
}

/** Whether as many points stand elsewhere, and may be seen to move. */
function isJourney(from, to) {
  return from?.length === to.length && !stillness.matches && from.some((value, i) => value !== to[i]);
}

/**
 * Draw points on their way with `draw(places)`, slowly at both ends, until `isOver()` or they have arrived; then with
 * `draw(null)`. Without a way there is nothing to draw.
 */
export function travel(from, to, draw, isOver) {
  if (!isJourney(from, to)) return;
  const began = performance.now();
  const goOn = () => {
    if (isOver()) return;
    const part = Math.min(1, (performance.now() - began) / DURATION);
    const eased = part * part * (3 - 2 * part);
    draw(part < 1 ? from.map((value, i) => value + eased * (to[i] - value)) : null);
    if (part < 1) requestAnimationFrame(goOn);
  };
  goOn();
}
