// Points that were somewhere else before: they travel to their new places, so that the eye can follow each.

import { along } from "./points.js";
import { stillness } from "./stillness.js";

const DURATION = 700;

/** Whether as many points stand elsewhere, and may be seen to move. */
function isJourney(from, to) {
  if (from?.values.length !== to.values.length || stillness.matches) return false;
  return [0, 1].some((axis) => {
    const [was, is] = [along(from, axis), along(to, axis)];
    for (let i = 0; 2 * i < to.values.length; i++) if (was(i) !== is(i)) return true;
    return false;
  });
}

/**
 * Draw points on their way between two ends { values, scale } with `draw(from, part)`, slowly at both, until `isOver()`
 * or they have arrived; then with `draw()`. Without a way there is nothing to draw.
 */
export function travel(from, to, draw, isOver) {
  if (!isJourney(from, to)) return;
  const began = performance.now();
  const goOn = () => {
    if (isOver()) return;
    const part = Math.min(1, (performance.now() - began) / DURATION);
    if (part === 1) draw();
    else {
      draw(from, part * part * (3 - 2 * part));
      requestAnimationFrame(goOn);
    }
  };
  goOn();
}
