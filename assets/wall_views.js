// What tiles may show: the panels of the stage, and in place of some, pictures made for a small room.

import { isDark, prepare } from "./canvas.js";
import { drawCurves } from "./curves.js";
import { present } from "./looks.js";
import { axisName, upTo } from "./panel_progress.js";
import { fitted, held, samples, strip } from "./panel_samples.js";
import { PANELS } from "./panels.js";
import { CURVE_COLOURS, LOOKS, ROLES } from "./protocol.js";
import { chosenOf, frame } from "./selection.js";
import { drawRows } from "./tiles.js";

// CSS pixels between samples, and the width from which rows have names.
const GAP = 2;
const NAMED = 460;
// The curves of the other runs, behind.
const FAINT = `${ROLES.original}B0`;
// The differences of each view of reconstructions from its originals, found once.
const errors = new WeakMap();

/** The error map of reconstructions as a view: how far each value is off, a sound's around silence. */
export function errorsOf({ originals, reconstructions }, look) {
  if (!errors.has(reconstructions)) {
    const [low, high] = originals.range;
    const isSound = look.kind === "sound";
    const values = new Float32Array(originals.values.length);
    // A loop: of what a wall draws four times a second, a callback for each value was the dearest.
    for (let i = 0; i < values.length; i++) {
      const off = reconstructions.values[i] - originals.values[i];
      values[i] = isSound ? (low + high) / 2 + off : low + Math.abs(off);
    }
    errors.set(reconstructions, { ...originals, values });
  }
  return errors.get(reconstructions);
}

/** The rows of validation samples, with their error map; between two characters there is no difference to be drawn. */
function rowsOf(views, look) {
  const rows = held(views);
  if (views.reconstructions && look.kind !== "text") rows.push({ name: "error", view: errorsOf(views, look) });
  return rows;
}

const rebuilt = {
  ...strip,
  title: (state) => strip.title(state),
  note: ({ data, snapshot, isShared }) => {
    const names = rowsOf(snapshot.views, data.look).map((row) => row.name);
    const whose = isShared ? "The same validation samples in all" : "Each run's own validation samples";
    return `${whose}: ${names.join(", ")}`;
  },
  draw: (canvas, { data, snapshot, room, repaint }) => {
    const { look } = data;
    const rows = rowsOf(snapshot.views, look).map(({ name, view }) => ({
      view,
      name: canvas.clientWidth < NAMED ? "" : name,
    }));
    // Rows may grow by half to fill the width.
    const tiles = drawRows(canvas, rows, look, (0.75 * room) / rows.length, GAP);
    present(canvas, tiles, look, repaint);
    frame(canvas, tiles, chosenOf(data.selected));
    return tiles;
  },
};

/** Samples from a prior, or where a model has none from what was fitted to its codes: one switch for both. */
const made = {
  ...samples,
  standsFor: [samples.name, fitted.name],
  shown: (views, data) => samples.shown(views, data) || fitted.shown(views, data),
  missing: fitted.missing,
  note: ({ data }) =>
    "from the same random codes each time, of models without a prior from a Gaussian fitted to their codes. " +
    LOOKS[data.look.kind].hint,
  draw: (canvas, state) => (fitted.shown(state.snapshot.views) ? fitted : samples).draw(canvas, state),
};

/** A metric of validation samples by step; shares as percentages. */
function pointsOf(history, metric) {
  const key = `test_${metric.name}`;
  const scale = metric.unit === "%" ? 100 : 1;
  return history.filter(([, metrics]) => key in metrics).map(([step, metrics]) => [step, scale * metrics[key]]);
}

const curves = {
  name: "curves",
  title: () => "Curves",
  shown: () => true,
  note: ({ plotted }) =>
    plotted
      ? `${plotted.title} of validation samples by step; faint: the other runs, on the same axes`
      : "Nothing was measured yet",
  draw: (canvas, { history, at, tip, status, plotted, others, repaint }) => {
    if (!plotted) {
      prepare(canvas);
      return;
    }
    const now = performance.now();
    // Who looks back sees all of a curve, and as far as the film is in bold.
    const come = (points, step) => (at === null ? upTo(points, step) : points);
    const own = pointsOf(history, plotted);
    const line = { colour: CURVE_COLOURS[isDark(canvas) ? "dark" : "light"][0], dashed: false };
    const behind = others.map((other) => ({
      points: come(pointsOf(other.history, plotted), other.glide.stepAt(now)),
      colour: FAINT,
      dashed: false,
      width: 1,
    }));
    const until = { ...line, points: upTo(own, tip), width: 2.4 };
    const all = [...behind, { ...line, points: come(own, tip), width: 0.8 }, until];
    const last = Math.max(1, ...all.map(({ points }) => points.at(-1)?.[0] ?? 0));
    if (drawCurves(canvas, all, Math.min(status.steps, 2 * last), axisName([plotted])).bending) repaint();
  },
};

const OTHERS = { strip: rebuilt, samples: made, curves };
const ORDER = ["strip", "plane", "samples", "codes", "decoded"];
const rank = ({ name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** The table of what tiles may show, what teaches most first; see panels.js. */
export const SHOWN = PANELS.filter((panel) => panel !== fitted)
  .map((panel) => OTHERS[panel.name] ?? panel)
  .sort((a, b) => rank(a) - rank(b));

/** The names that the server knows panels by. */
export function namesOf(panels) {
  return panels.flatMap((panel) => panel.standsFor ?? panel.name);
}

/** The names of those whose picture depends on the other runs. */
export const TOGETHER = new Set(["curves", "codes", "clusters", "decoded"]);

/** What the samples of a panel are drawn from: an index means the same sample only among the same. */
export function drawnFrom(panel) {
  return panel?.isOfData ? "validation" : panel?.name;
}
