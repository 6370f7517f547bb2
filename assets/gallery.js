// The gallery: samples that stand still, in named rows or as a wall, a note below each where there are any.

import { prepare } from "./canvas.js";
import { aspect, present, relativeHeight } from "./looks.js";
import { BYTES, unpack } from "./snapshot.js";
import { drawRows, drawWall, NOTE } from "./tiles.js";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.innerHTML = "<canvas></canvas>";
  const canvas = root.querySelector("canvas");
  const { look, size, columns } = data;
  const rows = data.rows.map((row) => {
    const view = { values: unpack(row.values, Uint8Array), shape: row.shape, range: BYTES };
    return { name: row.name, view, notes: row.notes };
  });
  const wall = () => {
    const [{ view, notes }] = rows;
    const lines = Math.ceil(view.shape[0] / columns);
    // As wide as the page gives, but no sample larger than it needs to be.
    const box = Math.min(size * relativeHeight(view, look), canvas.clientWidth / columns / aspect(view, look));
    const { context, width, height } = prepare(canvas, lines * (box + (notes.length ? NOTE : 0)));
    return drawWall(context, view, look, columns, [0, 0, width, height], Infinity, notes);
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
