// A plane of decoded codes: samples side by side, each where it lies on the plane.

import { drawPrior } from "./axes.js";

/** The scale of the plane from `low` to `high` that was decoded into `tiles`, the first and the last in its corners. */
export function scaleOver(tiles, low, high) {
  const [left, top] = tiles[0].box;
  const [lastLeft, lastTop, width, height] = tiles.at(-1).box;
  const between = (axis, from, to) => (value) => from + ((value - low[axis]) / (high[axis] - low[axis])) * (to - from);
  return [between(0, left, lastLeft + width), between(1, lastTop + height, top)];
}

/** The prior over decoded codes, in lines of a thickness, to be seen on dark and on light tiles. */
export function drawPriorOver(context, prior, latents, scale, thickness) {
  context.save();
  for (const [shade, times] of [
    ["#000", 2.5],
    ["#fff", 1],
  ]) {
    context.strokeStyle = shade;
    drawPrior(context, prior, latents, scale, times * thickness);
  }
  context.restore();
}
