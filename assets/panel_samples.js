// The panels of samples: a wall of generated ones, and rows of validation ones with their reconstructions.

import { drawGround, panelHeight, prepare } from "./canvas.js";
import { present } from "./looks.js";
import { LOOKS } from "./protocol.js";
import { drawRows, drawWall } from "./tiles.js";

/** The rows of validation samples. */
export function held(views) {
  const rows = [{ name: "original", view: views.originals }];
  if (views.corrupted) rows.push({ name: "training input", view: views.corrupted });
  if (views.reconstructions) rows.push({ name: "reconstructed", view: views.reconstructions });
  return rows;
}

/** Generated samples, at the left of as many real ones where there are any; returns the tiles. */
function drawSamples(canvas, { data, snapshot }) {
  const { look } = data;
  const { samples, reals } = snapshot.views;
  const { context, width, height } = prepare(canvas, panelHeight(canvas));
  const { columns, beside, most } = LOOKS[look.kind];
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
  note: ({ data, snapshot }) => {
    const beside = "left: generated, from the same noise each time; right: real";
    return `${snapshot.views.reals ? beside : "from the same random codes each time"}. ${LOOKS[data.look.kind].hint}`;
  },
  draw: (canvas, state) => {
    const tiles = drawSamples(canvas, state);
    present(canvas, tiles, state.data.look, state.repaint);
    return tiles;
  },
};

export const strip = {
  name: "strip",
  title: ({ snapshot }) => (snapshot.views.reconstructions ? "Reconstructions" : "Training input"),
  wide: true,
  shown: (views, { look }) => views.originals && look.kind !== "dot",
  note: ({ data, snapshot }) => {
    const what = snapshot.views.corrupted ? "validation samples, changed as in training" : "validation samples";
    return `${what}. ${LOOKS[data.look.kind].hint}`;
  },
  draw: (canvas, { data, snapshot, repaint }) =>
    present(canvas, drawRows(canvas, held(snapshot.views), data.look, 44, 3), data.look, repaint),
};
