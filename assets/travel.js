// Points that were somewhere else before: they travel to their new places, so that the eye can follow each.

import { along } from "./points.js";
import { stillness } from "./stillness.js";

const DURATION = 700;

/** Whether points that stood `from` stand elsewhere, and may be seen to move. */
function isJourney(from, to) {
  if (!from || stillness.matches) return false;
  return [0, 1].some((axis) => {
    const [was, is] = [along(from, axis), along(to, axis)];
    const both = Math.min(from.values.length, to.values.length);
    for (let i = 0; 2 * i < both; i++) if (was(i) !== is(i)) return true;
    return false;
  });
}

/** As many points as `count` numbers, of which those that are not among `from` were nowhere. */
function ofAll({ values, scale }, count) {
  if (values.length === count) return { values, scale };
  const all = new Float32Array(count).fill(Number.NaN);
  all.set(values.subarray(0, count));
  return { values: all, scale };
}

/**
 * Draw points on their way between two ends { values, scale } with `draw(from, part)`, slowly at both, until `isOver()`
 * or they have arrived; then with `draw()`. Without a way there is nothing to draw. Where the ends are of more or fewer
 * points, the first of them are the same ones, and others are seen when these have arrived.
 */
export function travel(begin, to, draw, isOver) {
  if (!isJourney(begin, to)) return;
  const from = ofAll(begin, to.values.length);
  const began = performance.now();
  const goOn = (now) => {
    if (isOver()) return;
    const part = Math.min(1, (now - began) / DURATION);
    if (part === 1) draw();
    else {
      draw(from, part * part * (3 - 2 * part));
      requestAnimationFrame(() => goOn(performance.now()));
    }
  };
  goOn(began);
}
