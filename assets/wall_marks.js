// The sample under the pointer, marked in every picture that shows it.

import { prepare } from "./canvas.js";
import { amongSpots, letSelect, toggled, under } from "./lasso.js";
import { chosenIn, outline } from "./selection.js";
import { letGoAmong } from "./tile_keys.js";

/** Mark sample `i`, where it is among `spots`, on the sheet above a picture. */
export function drawMarked(sheet, picture, spots, i) {
  const boxes = spots.filter((spot) => spot.i === i).map(({ box }) => box);
  if (sheet.hidden && !boxes.length) return;
  sheet.hidden = false;
  prepare(sheet, picture.clientHeight);
  outline(sheet, boxes);
  sheet.hidden = !boxes.length;
}

/**
 * Let the pointer and keys mark the samples of a picture, `drawn.spots`; `shown()` says `of` which cell of a wall it is
 * and which panel. Of the data they can be selected, of what is made up one can be pinned.
 */
export function listen(wall, picture, drawn, shown) {
  const at = ({ offsetX, offsetY }) => under(drawn.spots, [offsetX, offsetY]);
  const mark = (i) => wall.mark(shown().of, i, shown().panel);
  const pin = (i) => wall.pin(shown().of, i, shown().panel);
  const isOfData = () => shown().panel?.isOfData;
  const chosen = () => chosenIn(shown().of.run);
  const select = (indices) => wall.select(shown().of.run, indices);
  picture.addEventListener("pointermove", (event) => mark(at(event)));
  picture.addEventListener("pointerleave", () => mark(-1));
  picture.addEventListener("click", (event) => !isOfData() && pin(at(event)));
  letSelect(picture, { among: () => amongSpots(isOfData() ? drawn.spots : null), chosen, select });
  const { data } = shown().of.run;
  // Sounds have keys of their own, which play them.
  if (data.look?.kind === "sound") return;
  const press = (i) => (isOfData() ? select(toggled(i, chosen())) : pin(i));
  letGoAmong(picture, () => drawn.spots, press, "selects or pins");
}
