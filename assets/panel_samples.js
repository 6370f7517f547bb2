// The panels of samples: walls of generated ones and of what units add, and rows of validation ones rebuilt.

import { prepare } from "./canvas.js";
import { present } from "./looks.js";
import { beside, ghostWith } from "./pair.js";
import { drawPlane } from "./panel_plane.js";
import { LOOKS } from "./protocol.js";
import { chosenOf, frame } from "./selection.js";
import { drawStrip, drawWall, fitWall } from "./tiles.js";

/** The rows of validation samples. */
export function held(views) {
  const rows = [{ name: "original", view: views.originals }];
  if (views.corrupted) rows.push({ name: "training input", view: views.corrupted });
  if (views.reconstructions) rows.push({ name: "rebuilt", view: views.reconstructions });
  return rows;
}

/** Whether two views hold the same numbers. */
function isSame(one, other) {
  return one.values.length === other.values.length && one.values.every((value, i) => value === other.values[i]);
}

/** The rows with the ghost's below, if it rebuilds the same samples: another seed holds out others. */
function rowsOf(state) {
  const { views } = state.snapshot;
  const ghost = ghostWith(state, (views) => views.reconstructions);
  const isComparable = ghost && views.originals && isSame(views.originals, ghost.snapshot.views.originals);
  return isComparable ? [...held(views), { name: "before", view: ghost.snapshot.views.reconstructions }] : held(views);
}

/** A wall of the view `name`, beside those of the ghost and real ones, where there are any; returns the tiles. */
function drawWalls(canvas, state, shown, name, title, reals) {
  const { look } = state.data;
  const own = state.snapshot.views[name];
  const ghost = ghostWith(state, shown);
  const sides = [[title, own]];
  if (ghost) sides.push(["before", ghost.snapshot.views[name]]);
  if (reals) sides.push(["real", reals]);
  const { size } = LOOKS[look.kind];
  const wall = ({ context, width, height }, view) => {
    const { columns, count } = fitWall(view, look, [width, height], size, name === "samples" ? state.data.in_turn : 1);
    return drawWall(context, view, look, columns, [0, 0, width, height], count);
  };
  const sheet = prepare(canvas);
  if (sides.length === 1) return wall(sheet, own);
  return beside(sheet, sides, wall);
}

export const samples = {
  name: "samples",
  isOfMade: true,
  title: () => "Samples",
  shown: (views, { look }) => views.samples && look.kind !== "dot",
  teaches: () => 2,
  note: ({ data }) => {
    const order = data.in_turn > 1 ? ", the classes in turn" : "";
    return `from the same random codes each time${order}. ${LOOKS[data.look.kind].hint}`;
  },
  draw: (canvas, state) => {
    const tiles = drawWalls(canvas, state, samples.shown, "samples", "generated", state.snapshot.views.reals);
    present(canvas, tiles, state.data.look, state.repaint);
    return tiles;
  },
};

/** Real points and those of a view, generated. */
function drawAmongReals(canvas, state, samples) {
  const { snapshot } = state;
  drawPlane(prepare(canvas), { ...state, snapshot: { ...snapshot, views: { reals: snapshot.views.reals, samples } } });
  return [];
}

export const fitted = {
  name: "fitted",
  isOfMade: true,
  title: () => "Samples",
  shown: (views) => views.fitted,
  missing: (views) =>
    views.codes && views.reconstructions && !views.samples
      ? "No samples were kept of this run. Train it again to see some."
      : "",
  teaches: () => 2,
  note: ({ data }) =>
    `from a Gaussian fitted to the codes at each step, with the same noise. ${LOOKS[data.look.kind].hint}`,
  draw: (canvas, state) => {
    const { views } = state.snapshot;
    const { look } = state.data;
    if (look.kind === "dot") return drawAmongReals(canvas, state, views.fitted);
    const tiles = drawWalls(canvas, state, fitted.shown, "fitted", "generated", views.reals);
    present(canvas, tiles, look, state.repaint);
    return tiles;
  },
};

export const units = {
  name: "units",
  isOfMade: true,
  title: () => "Units",
  shown: (views) => views.units,
  teaches: () => 2,
  note: () => "what each adds to a picture, from mid-grey, those that move most first",
  draw: (canvas, state) => drawWalls(canvas, state, units.shown, "units", "now"),
};

export const strip = {
  name: "strip",
  title: ({ snapshot }) => (snapshot.views.reconstructions ? "Reconstructions" : "Training input"),
  isOfData: true,
  rows: (state) => rowsOf(state).length,
  shown: (views, { look }) => views.originals && look.kind !== "dot",
  note: ({ data, snapshot }) => {
    const what = snapshot.views.corrupted ? "validation samples, changed as in training" : "validation samples";
    return `${what}. ${LOOKS[data.look.kind].hint}`;
  },
  draw: (canvas, state) => {
    const { look, selected } = state.data;
    const tiles = drawStrip(canvas, rowsOf(state), look, LOOKS[look.kind].size);
    present(canvas, tiles, look, state.repaint);
    frame(canvas, tiles, chosenOf(selected));
    return tiles;
  },
};
