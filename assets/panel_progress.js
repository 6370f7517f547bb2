// The panel of curves: what a run is read by, against its steps.

import { isDark, PANEL_HEIGHT } from "./canvas.js";
import { drawCurves } from "./curves.js";

// The Okabe–Ito palette, its darker shades on light pages and its lighter ones on dark pages.
const COLOURS = { light: ["#0072B2", "#D55E00", "#009E73"], dark: ["#56B4E9", "#E69F00", "#2BC79A"] };

/** The curves that the run's model names, the one that means most first. */
function plotted(state, canvas) {
  const colours = COLOURS[isDark(canvas) ? "dark" : "light"];
  return state.reading.curves.map((name, i) => ({ name, colour: colours[i], width: i ? 1.3 : 2.4 }));
}

/** A metric's history as points (step, value), where it was measured. */
function points(state, key) {
  return state.history.filter(([, metrics]) => key in metrics).map(([step, metrics]) => [step, metrics[key]]);
}

/** Where the axis of steps ends: with the run; before, while a long run has just begun and curves would be a line. */
function reach(state) {
  const last = Math.max(32, ...state.history.slice(-1).map(([step]) => step));
  return Math.min(state.status.steps || state.frame.steps, 2 ** Math.ceil(Math.log2(8 * last)));
}

export const progress = {
  name: "curves",
  title: () => "Progress",
  shown: () => true,
  note: (state, canvas) => {
    const names = plotted(state, canvas).map(
      ({ name, colour }) => `<span><i style="background:${colour}"></i>${name.replaceAll("_", " ")}</span> `,
    );
    return `${names.join("")} <span>— train, - - held-out</span>`;
  },
  text: (state) => state.reading.text,
  draw: (canvas, state) => {
    const curves = plotted(state, canvas).flatMap(({ name, colour, width }) => [
      { points: points(state, name), colour, width, dashed: false },
      { points: points(state, `test_${name}`), colour, width, dashed: true },
    ]);
    drawCurves(canvas, curves.reverse(), reach(state), PANEL_HEIGHT);
  },
};
