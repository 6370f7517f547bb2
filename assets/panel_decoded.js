// The panel of the decoded plane: what the decoder makes of a lattice of places in the plane of codes.

import { axisNames, explained } from "./axes.js";
import { prepare } from "./canvas.js";
import { drawPriorOver, scaleOver } from "./lattice.js";
import { aspect, present } from "./looks.js";
import { drawPlane } from "./panel_plane.js";
import { LOOKS } from "./protocol.js";
import { short } from "./text.js";
import { drawWall } from "./tiles.js";

// CSS pixels for an axis, at the left and below, of which letters take the upper part.
const AXIS = 16;
const LETTERS = 12;

/** How many columns a lattice has: one latent makes a line. */
function columnsOf({ codes, decoded }) {
  return codes.shape[1] === 1 ? decoded.shape[0] : Math.sqrt(decoded.shape[0]);
}

/** The ends of an axis and between them, where there is room, its name, on a line `length` long from the origin. */
function drawAxis(context, name, low, high, length) {
  const ends = [low, high].map((value) => short(value));
  const room = length - 2 * Math.max(...ends.map((end) => context.measureText(end).width)) - LETTERS;
  const words = [
    ["left", ends[0], 0],
    ["right", ends[1], length],
    ["center", context.measureText(name).width < room ? name : "", length / 2],
  ];
  for (const [align, text, at] of words) {
    context.textAlign = align;
    context.fillText(text, at, 0);
  }
  context.textAlign = "left";
}

/** The lattice as samples side by side, and the ends of its axes; returns the tiles of a plane. */
function drawSamples({ context, width, height }, { data, snapshot }) {
  const { decoded, lattice, codes } = snapshot.views;
  const latents = codes.shape[1];
  const columns = columnsOf(snapshot.views);
  const rows = decoded.shape[0] / columns;
  const [low, high] = [lattice.values.slice(0, 2), lattice.values.slice(2)];
  const across = width - AXIS;
  const down = Math.min(height - AXIS, (rows * across) / columns / aspect(decoded, data.look));
  const top = (height - AXIS - down) / 2;
  const tiles = drawWall(context, decoded, data.look, columns, [AXIS, top, across, down]);
  const scale = scaleOver(tiles, low, high);
  const [left, right] = [scale[0](low[0]), scale[0](high[0])];
  const bottom = tiles.at(-1).box[1] + tiles.at(-1).box[3];
  const names = axisNames(latents);
  context.save();
  context.translate(left, bottom + LETTERS);
  drawAxis(context, names[0], low[0], high[0], right - left);
  context.restore();
  // The same place in other runs would be another one.
  if (rows === 1) return [];
  context.save();
  context.translate(left - AXIS + LETTERS, bottom);
  context.rotate(-Math.PI / 2);
  drawAxis(context, names[1], low[1], high[1], bottom - tiles[0].box[1]);
  context.restore();
  drawPriorOver(context, data.prior, latents, scale, 1.2);
  return tiles;
}

/** The lattice as the net of lines that it is bent to, among the real points. */
function drawNet(sheet, state) {
  const { snapshot } = state;
  const { decoded, reals } = snapshot.views;
  const columns = columnsOf(snapshot.views);
  const warp = { ...decoded, shape: [decoded.shape[0] / columns, columns, 2] };
  drawPlane(sheet, { ...state, snapshot: { ...snapshot, views: { reals, warp } } });
  return [];
}

export const decoded = {
  name: "decoded",
  isOfMade: true,
  title: () => "Decoded plane",
  shown: (views) => views.decoded,
  missing: (views) =>
    views.codes && views.reconstructions ? "No decoded plane was kept of this run. Train it again to see one." : "",
  teaches: () => 2,
  note: ({ data, snapshot }) => {
    const plane = "the plane of two latents, or of the principal axes of more,";
    if (data.look.kind === "dot") return `real points, and the net that ${plane} is decoded to`;
    const what = `${plane} decoded place by place, also where no sample lies`;
    const notes = [what, ...explained(data.prior, snapshot.views.codes.shape[1], false)].join("; ");
    return `${notes}. ${LOOKS[data.look.kind].hint}`;
  },
  draw: (canvas, state) => {
    const { look } = state.data;
    const draw = look.kind === "dot" ? drawNet : drawSamples;
    const tiles = draw({ canvas, ...prepare(canvas) }, state);
    if (tiles.length) present(canvas, tiles, look, state.repaint);
    return tiles;
  },
};
