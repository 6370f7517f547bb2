// A picture of the run on screen and, at its right, the same of its ghost.

import { prepare } from "./canvas.js";
import { samplesOf } from "./selection.js";

// CSS pixels between the two, and above them for what they are called.
const GAP = 10;
const NAME = 16;

/** The ghost, if it has what a panel draws. */
export function ghostWith({ ghost }, shown) {
  return ghost?.snapshot && shown(ghost.snapshot.views, ghost.data) ? ghost : null;
}

/**
 * Draw `sides` [name, what] beside each other with `draw(sheet, what)`, each on a part of the sheet; returns the tiles,
 * if there are any, where they lie on the whole.
 */
export function beside(sheet, sides, draw) {
  const width = (sheet.width - GAP * (sides.length - 1)) / sides.length;
  const { context } = sheet;
  return sides.flatMap(([name, what], i) => {
    const left = i * (width + GAP);
    context.save();
    context.translate(left, 0);
    context.textAlign = "center";
    context.fillText(name, width / 2, 11);
    context.textAlign = "left";
    context.translate(0, NAME);
    const tiles = draw({ ...sheet, width, height: sheet.height - NAME }, what) ?? [];
    context.restore();
    return tiles.map(({ box: [x, y, ...size], ...tile }) => ({ ...tile, name, box: [x + left, y + NAME, ...size] }));
  });
}

/**
 * Draw a run with `paint(sheet, state)` and, where it is `shown` in its ghost, each with `paint(sheet, state, other)`;
 * returns the tiles, of the ghost only if it holds out the same samples.
 */
export function drawPair(canvas, state, shown, paint) {
  const sheet = { canvas, ...prepare(canvas) };
  const ghost = ghostWith(state, shown);
  if (!ghost) return paint(sheet, state);
  const sides = [
    ["now", state],
    ["before", ghost],
  ];
  const own = samplesOf(state);
  return beside(sheet, sides, (part, side) => {
    const tiles = paint(part, side, side === state ? ghost : state);
    return samplesOf(side) === own ? tiles : [];
  });
}
