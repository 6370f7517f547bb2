// The panels of codes: their plane by class and by cluster, and the way of hidden states over time.

import { PANEL_HEIGHT, prepare } from "./canvas.js";
import { box, drawDots, drawPaths, squareScale } from "./plane.js";
import { CLASS_COLOURS } from "./protocol.js";
import { dot, escaped } from "./text.js";

// The most classes that are named, and the longest names that can stand among the points.
const NAMED = 12;
const SHORT = 2;

/** The colour of each sample's group (N,); the page's ink where there are none. */
function colouring(groups, ink) {
  return (i) => (groups ? CLASS_COLOURS[Number(groups.values[i]) % CLASS_COLOURS.length] : ink);
}

/** Whether names are so few and short that they can stand among the points. */
function areMarks(names) {
  return names.length <= NAMED && names.every((name) => name.length <= SHORT);
}

/** What colours mean where there are labels: each class beside its colour, unless its name stands among the points. */
function legend(labels) {
  if (areMarks(labels)) return ", coloured by class";
  if (labels.length > NAMED) return `, coloured by class, ${labels.length} classes in ${CLASS_COLOURS.length} colours`;
  const colour = (i) => CLASS_COLOURS[i % CLASS_COLOURS.length];
  return labels.map((name, i) => `<span>${dot(colour(i))}${escaped(name)}</span> `).join("");
}

/** Clusters have numbers for names, from 1. */
function clusterNames({ values }) {
  return Array.from({ length: Math.max(...[...values].map(Number)) + 1 }, (_, i) => String(i + 1));
}

/** The codes' plane, coloured by `groups` (N,), with the groups' names where they are few. */
function drawGroups(canvas, state, groups, names) {
  const { plane } = state.snapshot.views;
  const { context, width, height, ink } = prepare(canvas, PANEL_HEIGHT);
  const scale = squareScale(...box(plane.values), width, height);
  drawDots(context, plane.values, scale, 2.5, colouring(groups, ink));
  if (!groups || !areMarks(names)) return;
  // Each group's name at its middle, so that colour is not the only sign.
  const style = getComputedStyle(canvas);
  context.font = `bold 14px ${style.fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  context.strokeStyle = style.getPropertyValue("--st-background-color") || "#fff";
  context.fillStyle = ink;
  names.forEach((name, group) => {
    const members = [...groups.values.keys()].filter((i) => Number(groups.values[i]) === group);
    if (!members.length) return;
    const [x, y] = [0, 1].map((axis) => {
      const values = members.map((i) => plane.values[2 * i + axis]).sort((a, b) => a - b);
      return scale[axis](values[members.length >> 1]);
    });
    context.strokeText(name, x, y + 5);
    context.fillText(name, x, y + 5);
  });
}

export const codes = {
  name: "codes",
  title: ({ data }) => data.codes,
  help: ({ data }) => data.codes_help,
  shown: (views) => views.plane,
  note: ({ data, snapshot }) => {
    const { views } = snapshot;
    const size = views.codes.shape[1];
    const what = size > 2 ? `${size} numbers a sample, their main plane` : "held-out samples";
    return what + (views.labels ? legend(data.labels) : "");
  },
  draw: (canvas, state) => drawGroups(canvas, state, state.snapshot.views.labels, state.data.labels),
};

export const clusters = {
  name: "clusters",
  title: () => "Clusters",
  shown: (views) => views.assignments && views.plane,
  note: ({ snapshot }) => {
    const used = new Set(snapshot.views.assignments.values).size;
    return `the same samples, coloured by the model's own choice: ${used} clusters in use`;
  },
  draw: (canvas, state) => {
    const { assignments } = state.snapshot.views;
    drawGroups(canvas, state, assignments, clusterNames(assignments));
  },
};

export const trajectory = {
  name: "trajectory",
  title: () => "Hidden state over time",
  shown: (views) => views.trajectory,
  note: () => "each line a sequence, from first step to the dot at its last",
  draw: (canvas, state) => {
    const { views } = state.snapshot;
    const paths = views.trajectory;
    const { context, width, height, ink } = prepare(canvas, PANEL_HEIGHT);
    const scale = squareScale(...box(paths.values), width, height);
    drawPaths(context, paths, scale, colouring(views.labels, ink));
  },
};
