// The panels of samples: a wall of generated ones, and rows of held-out ones with their reconstructions.

import { drawGround, PANEL_HEIGHT, prepare } from "./canvas.js";
import { present } from "./looks.js";
import { drawRows, drawWall } from "./tiles.js";

// Pictures are taken in at a glance, all else is read one by one; half as many stand beside as many real ones.
const WALL = {
  picture: { columns: 8, beside: 4, most: 64 },
  curve: { columns: 3, beside: 2, most: 24 },
  text: { columns: 2, beside: 1, most: 24 },
  sound: { columns: 3, beside: 2, most: 24 },
};

/** The rows of held-out samples; the damaged ones only where something was damaged. */
function held({ originals, corrupted, reconstructions }) {
  const rows = [{ name: "original", view: originals }];
  const isDamaged = corrupted.values.some((value, i) => value !== originals.values[i]);
  if (isDamaged) rows.push({ name: "corrupted", view: corrupted });
  return [...rows, { name: "reconstructed", view: reconstructions }];
}

/** Generated samples, at the left of as many real ones where there are any; returns the tiles. */
function drawSamples(canvas, { frame, look }) {
  const { samples, reals } = frame.views;
  const { context, width, height } = prepare(canvas, PANEL_HEIGHT);
  const { columns, beside, most } = WALL[look.kind];
  if (!reals) return drawWall(context, samples, look, columns, [0, 0, width, height], most);
  const half = width / 2 - 6;
  const side = (view, left, name) =>
    drawWall(context, view, look, beside, [left, 0, half, height], most / 2).map((tile) => ({ ...tile, name }));
  const tiles = [...side(samples, 0, "generated"), ...side(reals, half + 12, "real")];
  drawGround(context, [width / 2 - 0.5, 0, 1, height], 0.4);
  return tiles;
}

export const samples = {
  name: "samples",
  title: () => "Samples",
  shown: (views, { look }) => views.samples && look.kind !== "dot",
  note: ({ frame, look }) => {
    const beside = "left: generated, from the same noise each time; right: real";
    return `${frame.views.reals ? beside : "from the same random codes each time"}. ${look.hint}`;
  },
  draw: (canvas, state) => present(canvas, drawSamples(canvas, state), state.look, state.repaint),
};

export const strip = {
  name: "strip",
  title: () => "Reconstructions",
  wide: true,
  shown: (views, { look }) => views.originals && look.kind !== "dot",
  note: ({ look }) => `held-out samples. ${look.hint}`,
  draw: (canvas, { frame, look, repaint }) =>
    present(canvas, drawRows(canvas, held(frame.views), look, 44, 3), look, repaint),
};
