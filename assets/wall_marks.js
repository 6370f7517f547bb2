// The sample under the pointer, marked in every picture that shows it.

import { prepare } from "./canvas.js";
import { under } from "./lasso.js";
import { outline } from "./selection.js";

/** Mark sample `i`, where it is among `spots`, on the sheet above a picture. */
export function drawMarked(sheet, picture, spots, i) {
  const boxes = spots.filter((spot) => spot.i === i).map(({ box }) => box);
  if (sheet.hidden && !boxes.length) return;
  sheet.hidden = false;
  prepare(sheet, picture.clientHeight);
  outline(sheet, boxes);
  sheet.hidden = !boxes.length;
}

/** Tell `hover(i)` of the sample under the pointer on a picture, −1 where none is, and `click(i)` of one clicked. */
export function followPointer(picture, spots, hover, click) {
  const at = ({ offsetX, offsetY }) => under(spots(), [offsetX, offsetY]);
  picture.addEventListener("pointermove", (event) => hover(at(event)));
  picture.addEventListener("pointerleave", () => hover(-1));
  picture.addEventListener("click", (event) => click(at(event)));
}
