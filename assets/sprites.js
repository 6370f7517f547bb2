// Marks as small pictures on one sheet, to be stamped wherever points are.

import { remembered } from "./remembered.js";
import { FADED } from "./selection.js";
import { drawMark, REACH } from "./shapes.js";

// Sheets by how they were drawn, of each list of marks.
const sheetsOf = remembered(() => new Map());

function drawSheet(marks, size, isHollow, ratio) {
  // Each stands in a square with an empty edge, so that nothing of its neighbours comes along.
  const side = 2 * Math.ceil(REACH * size * ratio) + 2;
  const canvas = new OffscreenCanvas(marks.length * side, 2 * side);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  marks.forEach((mark, column) => {
    [mark.colour, FADED].forEach((colour, row) => {
      const [x, y] = [column, row].map((cell) => ((cell + 0.5) * side) / ratio);
      drawMark(context, { ...mark, colour }, x, y, size, isHollow);
    });
  });
  return { canvas, side };
}

/**
 * Marks { colour, shape } of a size at `ratio` pixels a CSS pixel, as { canvas, side }: squares of `side` pixels, in
 * the upper row as they are, in the lower one as what is not selected.
 */
export function spritesOf(marks, size, isHollow, ratio) {
  const [sheets, key] = [sheetsOf(marks), `${size} ${isHollow} ${ratio}`];
  if (!sheets.has(key)) sheets.set(key, drawSheet(marks, size, isHollow, ratio));
  return sheets.get(key);
}
