// The gallery: samples that stand still, in named rows or as a wall, a note below each where there are any.

import { BOTTOM, drawNumbers, drawPrior, LEFT, TOP } from "./axes.js";
import { prepare } from "./canvas.js";
import { aspect, present, relativeHeight } from "./looks.js";
import { BYTES, unpack } from "./snapshot.js";
import { drawRows, drawWall, NOTE } from "./tiles.js";

/** Around a wall of decoded codes the numbers of its `ground`, and over it the prior. */
function drawGround(context, tiles, { low, high, latents, prior }) {
  const [left, top] = tiles[0].box;
  const [lastLeft, lastTop, width, height] = tiles.at(-1).box;
  const between = (axis, from, to) => (value) => from + ((value - low[axis]) / (high[axis] - low[axis])) * (to - from);
  const scale = [between(0, left, lastLeft + width), between(1, lastTop + height, top)];
  drawNumbers(context, [low, high], scale);
  // To be seen on dark and on light tiles.
  for (const [shade, thickness] of [
    ["#000", 4],
    ["#fff", 1.6],
  ]) {
    context.strokeStyle = shade;
    drawPrior(context, prior, latents, scale, thickness);
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.innerHTML = "<canvas></canvas>";
  const canvas = root.querySelector("canvas");
  const { look, size, columns, ground } = data;
  const rows = data.rows.map((row) => {
    const view = { values: unpack(row.values, Uint8Array), shape: row.shape, range: BYTES };
    return { name: row.name, view, notes: row.notes };
  });
  const wall = () => {
    const [{ view, notes }] = rows;
    const lines = Math.ceil(view.shape[0] / columns);
    const [left, top, bottom] = ground ? [LEFT, TOP, BOTTOM] : [0, 0, 0];
    // As wide as the page gives, but no sample larger than it needs to be.
    const room = canvas.clientWidth - left;
    const box = Math.min(size * relativeHeight(view, look), room / columns / aspect(view, look));
    const { context, width, height } = prepare(canvas, lines * (box + (notes.length ? NOTE : 0)) + top + bottom);
    const place = [left, top, width - left, height - top - bottom];
    const tiles = drawWall(context, view, look, columns, place, Infinity, notes);
    if (ground) drawGround(context, tiles, ground);
    return tiles;
  };
  const paint = () => {
    const tiles = columns === null ? drawRows(canvas, rows, look, size, 4) : wall();
    present(canvas, tiles, look, paint);
    root.dataset.samples = rows[0].view.shape[0];
  };
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => resized.disconnect();
}
