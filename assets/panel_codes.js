// The panels of codes: their plane by class and by cluster, and the way of hidden states over time.

import {
  axisNames,
  drawAxes,
  drawOutside,
  drawPosteriors,
  drawPrior,
  explained,
  frameScale,
  inFrame,
  outside,
  PRINCIPAL,
} from "./axes.js";
import { drawCross, letWalk } from "./cross.js";
import { LENS, Lens } from "./lens.js";
import { canStandAmong, drawMarks, drawNames, legend, shadesOf } from "./marks.js";
import { drawPair } from "./pair.js";
import { drawPaths, spotsOf } from "./plane.js";
import { CLASS_MARKS, CLUSTERS, ROLES } from "./protocol.js";
import { remembered } from "./remembered.js";
import { box } from "./scale.js";
import { chosenOf } from "./selection.js";

// How large marks are beside the smallest.
const SIZE = 0.9;
// What is seen of codes that nobody has enlarged.
const ALL = new Lens();
// What stands at the axes of a ghost's codes, which are no principal axes any more.
const TURNED = ["turned to lie as now", ""];
// The mark of samples without a class.
const UNLABELLED = [{ colour: ROLES.real, shape: "circle" }];

/** Labels or clusters (N,), which come as large integers, as groups. */
const groupsOf = remembered(({ values }) => Uint16Array.from(values, Number));

/** All samples of a view (N, …) in one group. */
const alike = remembered(({ shape }) => new Uint16Array(shape[0]));

/** The samples of a view (N, …) by class, or all alike where there are no labels. */
function byClass(labels, view) {
  return labels
    ? { marks: CLASS_MARKS, groups: groupsOf(labels), isHollow: false }
    : { marks: UNLABELLED, groups: alike(view), isHollow: false };
}

/** The frame of the codes' plane as [low, high]; version 0.3 kept none. */
function frameOf(views) {
  const { frame, plane } = views;
  return frame ? [frame.values.slice(0, 2), frame.values.slice(2)] : box(plane.values);
}

/** The square frame around `frames` [low, high]. */
function around(frames) {
  const [low, high] = [Math.min, Math.max].map((most, end) =>
    [0, 1].map((axis) => most(...frames.map((frame) => frame[end][axis]))),
  );
  const half = Math.max(high[0] - low[0], high[1] - low[1]) / 2;
  return [-half, half].map((side) => low.map((least, axis) => (least + high[axis]) / 2 + side));
}

/** The frame of what a state shows; while one looks back, one around the whole film, so that its scale stays. */
function steady({ at, filmed, snapshot }, shown, frameOf) {
  if (at === null) return frameOf(snapshot.views);
  const views = filmed.map((each) => each.views).filter(shown);
  return around([snapshot.views, ...views].map(frameOf));
}

/** The frame of a state's codes; beside another with as many latents one around both, so that their scales agree. */
export function frameBeside(state, other) {
  const isAlike = other && other.snapshot.views.codes.shape[1] === state.snapshot.views.codes.shape[1];
  const own = steady(state, codes.shown, frameOf);
  return isAlike ? around([own, steady(other, codes.shown, frameOf)]) : own;
}

/**
 * The codes' plane of a state, beside that of an `other` one if there is any: a mark of its group for each sample, and
 * what else is known of where codes should be.
 */
function drawCodes({ context, width, height }, state, other, marked, names) {
  const { data, snapshot } = state;
  const { plane, codes: all, spreads } = snapshot.views;
  const { lens = ALL } = context.canvas;
  const frame = lens.part(frameBeside(state, other));
  const scale = frameScale(frame, width, height);
  const latents = all.shape[1];
  const chosen = chosenOf(data.selected);
  drawAxes(context, frame, scale, state.isTurned ? TURNED : axisNames(latents));
  inFrame(context, frame, scale, () => {
    drawMarks(context, { values: plane.values, scale }, marked, SIZE, chosen);
    if (spreads) drawPosteriors(context, plane.values, spreads.values, scale, shadesOf(marked, chosen));
    drawPrior(context, data.prior, latents, scale);
    if (names) drawNames(context, { values: plane.values, scale }, marked.groups, names);
  });
  drawOutside(context, outside(plane.values, frame), frame, scale);
  return scale;
}

/** Codes by class, with the names of the classes where these are short. */
function drawByClass(sheet, state, other) {
  const { views } = state.snapshot;
  const { labels } = state.data;
  const scale = drawCodes(
    sheet,
    state,
    other,
    byClass(views.labels, views.plane),
    views.labels && canStandAmong(labels) && labels,
  );
  if (state.cross) drawCross(sheet, state.cross, state.data.look, scale);
  return spotsOf(views.plane.values, scale);
}

/** Codes by the cluster that the model itself puts them into. */
function drawByCluster(sheet, state, other) {
  const { plane, assignments } = state.snapshot.views;
  const groups = groupsOf(assignments);
  const names = CLUSTERS.map(({ name }) => name);
  const scale = drawCodes(sheet, state, other, { marks: CLUSTERS, groups, isHollow: true }, names);
  return spotsOf(plane.values, scale);
}

/** The ways of hidden states, one colour a class. */
function drawTrajectory({ context, width, height }, state) {
  const { trajectory: paths, labels } = state.snapshot.views;
  const frame = steady(state, trajectory.shown, (views) => box(views.trajectory.values));
  const [scale, chosen] = [frameScale(frame, width, height), chosenOf(state.data.selected)];
  const [count, steps] = paths.shape;
  drawAxes(context, frame, scale, PRINCIPAL);
  drawPaths(context, paths, scale, shadesOf(byClass(labels, paths), chosen), chosen);
  const ends = Array.from({ length: 2 * count }, (_, k) => paths.values[2 * ((k >> 1) * steps + steps - 1) + (k % 2)]);
  return spotsOf(ends, scale);
}

export const codes = {
  name: "codes",
  title: ({ data }) => data.codes,
  help: ({ data }) => data.codes_help,
  isOfData: true,
  shown: (views) => views.plane,
  // The features of a discriminator teach less than what it judges.
  teaches: (views) => (views.reconstructions ? 3 : 1),
  note: ({ data, snapshot, cross }) => {
    const { views } = snapshot;
    const size = views.codes.shape[1];
    const flat = size === 1 ? "validation samples, a wider strip where more of them lie" : "validation samples";
    const what = size > 2 ? `${size} numbers a sample, on their principal axes` : flat;
    const wish = cross?.isTouched === false ? ["drag the cross to decode"] : [];
    const notes = [what, ...wish, ...explained(data.prior, size, views.spreads)].join("; ");
    if (!views.labels) return notes;
    const isNamed = canStandAmong(data.labels);
    return isNamed ? `${notes}; marked by class` : `${notes} ${legend(data.labels, CLASS_MARKS, false)}`;
  },
  head: ({ select }) => (select ? LENS : ""),
  listen: (figure, state) => {
    const canvas = figure.querySelector("canvas");
    canvas.lens = new Lens();
    // With a ghost beside, that of the run is the left half.
    const seen = () => {
      const [width, height] = [canvas.clientWidth / (state.ghost ? 2 : 1), canvas.clientHeight];
      const size = Math.min(width, height);
      return { middle: [width / 2, height / 2], size: [size, size] };
    };
    canvas.lens.listen(canvas, figure.querySelector(".lens"), seen, state.repaint);
    letWalk(canvas, state);
  },
  draw: (canvas, state) => drawPair(canvas, state, codes.shown, drawByClass),
};

export const clusters = {
  name: "clusters",
  title: () => "Clusters",
  isOfData: true,
  shown: (views) => views.assignments && views.plane,
  teaches: () => 0,
  note: ({ snapshot }) => {
    const used = new Set(snapshot.views.assignments.values);
    return `the same samples by the model's own choice; hollow, with letters: ${used.size} clusters in use`;
  },
  draw: (canvas, state) => drawPair(canvas, state, clusters.shown, drawByCluster),
};

export const trajectory = {
  name: "trajectory",
  title: () => "Hidden state over time",
  isOfData: true,
  shown: (views) => views.trajectory,
  // Of sequences that are made, what is made teaches more.
  teaches: (views) => (views.samples ? 1 : 4),
  note: () => "each line a sequence, from first step to the dot at its last",
  draw: (canvas, state) => drawPair(canvas, state, trajectory.shown, drawTrajectory),
};
