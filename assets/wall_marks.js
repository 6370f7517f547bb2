// The sample under the pointer, or the one that was clicked: marked in every picture that shows it.

import { prepare } from "./canvas.js";

// How near the pointer has to be to a point, in CSS pixels, and the circle around it.
const NEAR = 9;
const RING = 7;

/** The index of the sample nearest to a place among `spots` [{ i, box }], or −1. */
function under(spots, { offsetX, offsetY }) {
  let [best, found] = [Infinity, -1];
  for (const { i, box } of spots) {
    const [x, y, width, height] = box;
    const [right, down] = [offsetX - x - width / 2, offsetY - y - height / 2];
    const isNear = Math.abs(right) <= Math.max(NEAR, width / 2) && Math.abs(down) <= Math.max(NEAR, height / 2);
    if (isNear && right ** 2 + down ** 2 < best) [best, found] = [right ** 2 + down ** 2, i];
  }
  return found;
}

/** Mark sample `i`, where it is among `spots`, on the sheet above a picture. */
export function drawMarked(sheet, picture, spots, i) {
  const { context } = prepare(sheet, picture.clientHeight);
  const style = getComputedStyle(sheet);
  const [front, back] = ["--st-text-color", "--st-background-color"].map((name) => style.getPropertyValue(name));
  for (const { box } of spots.filter((spot) => spot.i === i)) {
    const [x, y, width, height] = box;
    for (const [colour, thickness] of [
      [back, 5],
      [front, 2],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.beginPath();
      if (width > RING) context.rect(x, y, width, height);
      else context.arc(x + width / 2, y + height / 2, RING, 0, 6.283);
      context.stroke();
    }
  }
}

/** Tell `hover(i)` of the sample under the pointer on a picture, −1 where none is, and `click(i)` of one clicked. */
export function followPointer(picture, spots, hover, click) {
  picture.addEventListener("pointermove", (event) => hover(under(spots(), event)));
  picture.addEventListener("pointerleave", () => hover(-1));
  picture.addEventListener("click", (event) => click(under(spots(), event)));
}
