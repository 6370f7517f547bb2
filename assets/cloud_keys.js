// Keys in a cloud: arrows go from point to point, Enter selects the one where they are or that was found by its number.

import { ARROWS } from "./arrows.js";

// What takes keys: points on the sheet, and the field of a sample's number.
const KEYED = [".points", ".find input"];

/**
 * The point that is nearest to point `from`, or to the place [0, 0] for −1, towards [right, down], of `count` points
 * whose places `placeOf` knows; `from` where there is none.
 */
export function towards(placeOf, count, from, [right, down]) {
  const [left, top] = from < 0 ? [0, 0] : placeOf(from);
  let [best, found] = [Infinity, from];
  for (let i = 0; i < count; i++) {
    const [x, y] = placeOf(i);
    const [along, beside] = [right * (x - left) + down * (y - top), Math.abs(down * (x - left) + right * (y - top))];
    if (along > 0 && beside <= along && along + beside < best) [best, found] = [along + beside, i];
  }
  return found;
}

/** Which of what takes keys within `root` has the focus, as a selector; undefined for none. */
export function focusIn(root) {
  const focused = root.getRootNode().activeElement;
  return KEYED.find((each) => root.querySelector(each)?.isSameNode(focused));
}

/**
 * Let keys go among `count` points of a flat cloud on `canvas`, and select there and in the `field` of their numbers:
 * `at()` is the point where they are, or −1, `go(i)` goes to one, `toggle(i)` selects it or no more; nothing of that
 * where it is not `isOurs()`.
 */
export function letGo(canvas, field, { count, isFlat, isOurs, placeOf, at, go, toggle }) {
  if (isFlat) canvas.tabIndex = 0;
  canvas.addEventListener("keydown", (event) => {
    if (!isOurs()) return;
    const way = isFlat && ARROWS[event.key];
    if (way) go(towards(placeOf, count, at(), way));
    else if (event.key === "Enter" && at() >= 0) toggle(at());
    else return;
    event.preventDefault();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isOurs() && at() >= 0) toggle(at());
  });
}
