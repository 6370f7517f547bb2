// The panel of curves: metrics against the run's steps, in one plot where they share a unit, and what else there is.

import { ARROWS } from "./arrows.js";
import { isDark } from "./canvas.js";
import { drawCurves } from "./curves.js";
import { drawChanges, drawCursor, drawReading, readAt } from "./moments.js";
import { CURVE_COLOURS, GHOST } from "./protocol.js";
import { dot, escaped } from "./text.js";

// The step of an arrow key, in CSS pixels.
const STEP = 8;

/** Whether a run has measured a metric, in training or on validation samples. */
function isMeasured(history, metric) {
  return history.some(([, metrics]) => metric.name in metrics || `test_${metric.name}` in metrics);
}

/** The metrics that the model is read by. */
function named(data) {
  return data.curves.map((name) => data.metrics.find((metric) => metric.name === name));
}

/** All metrics, those that the model is read by first. */
function listed(data) {
  return [...new Set([...named(data), ...data.metrics])];
}

/** Whether two metrics can share an axis: numbers without a unit have nothing in common. */
export function isAlike(metric, other) {
  return metric === other || (metric.unit !== "" && metric.unit === other.unit);
}

/** The curves that the model is read by, as far as they share the first one's unit. */
function atFirst(data) {
  const curves = named(data);
  return curves.filter((metric) => isAlike(metric, curves[0]));
}

/** The metrics in the plot, all of one unit, the one that means most first. */
function plotted({ data, picked, history }) {
  const asked = picked.length ? picked.map((name) => data.metrics.find((each) => each.name === name)) : atFirst(data);
  const measured = asked.filter((metric) => isMeasured(history, metric));
  const shown = measured.filter((metric) => isAlike(metric, measured[0]));
  return shown.length
    ? shown
    : listed(data)
        .filter((metric) => isMeasured(history, metric))
        .slice(0, 1);
}

/** Plot a metric beside others of its unit, or no more; in place of those of another unit. The last one stays. */
function pick(state, metric) {
  const now = plotted(state);
  const others = now.filter((other) => other !== metric);
  const isNew = others.length === now.length;
  const picked = isAlike(metric, now[0]) ? [...others, ...(isNew ? [metric] : [])] : [metric];
  if (picked.length) state.plot(picked.map(({ name }) => name));
}

/** The colour of a metric, by its place among those of its unit: it keeps it, whatever is plotted. */
function colour({ data }, metric, canvas) {
  const shades = CURVE_COLOURS[isDark(canvas) ? "dark" : "light"];
  const peers = data.metrics.filter((other) => other.unit === metric.unit);
  return shades[peers.indexOf(metric) % shades.length];
}

/** What the axis of metrics is called: by the unit that they share, else by the only one's title. */
export function axisName([{ unit, title }]) {
  return unit || title;
}

/** The buttons of all metrics, which say what is plotted and in which colour. */
function drawChips(chips, state, shown, canvas) {
  listed(state.data).forEach((metric, i) => {
    const chip = chips[i];
    const isShown = shown.includes(metric);
    chip.hidden = !isMeasured(state.history, metric);
    chip.setAttribute("aria-pressed", isShown);
    chip.querySelector("i").style.background = isShown ? colour(state, metric, canvas) : "";
  });
}

/** A metric's history as points (step, value), where it was measured; shares as percentages. */
function points(history, metric, key) {
  const scale = metric.unit === "%" ? 100 : 1;
  return history.filter(([, metrics]) => key in metrics).map(([step, metrics]) => [step, scale * metrics[key]]);
}

/** The step that curves have come to: on the way to the newest snapshot one before it. */
function tipOf({ at, tip, history }) {
  return at === null ? tip : (history.at(-1)?.[0] ?? 0);
}

/** Points (step, value) as far as `tip`, which lies on the way to the first one behind it. */
export function upTo(points, tip) {
  const passed = points.filter(([step]) => step <= tip);
  const [from, to] = [passed.at(-1), points[passed.length]];
  if (!from || !to) return passed;
  const part = (tip - from[0]) / (to[0] - from[0]);
  return [...passed, [tip, from[1] + part * (to[1] - from[1])]];
}

/** Where the axis of steps ends: with the run; before, while a long run has just begun and curves would be a line. */
export function reach(state) {
  return Math.min(state.status.steps || state.snapshot.steps, 4 * Math.max(64, tipOf(state)));
}

/** The curves of the ghost, as far as they go on the axis of the run. */
function before(state, shown) {
  if (!state.ghost) return [];
  const history = state.ghost.history.filter(([step]) => step <= reach(state));
  return shown.flatMap((metric) => [
    { colour: GHOST, width: 1, dashed: false, points: points(history, metric, metric.name) },
    { colour: GHOST, width: 1, dashed: true, points: points(history, metric, `test_${metric.name}`) },
  ]);
}

/** Where the film stands, where knobs were turned, and what the pointer reads. */
function drawMoments(canvas, plot, state, shown) {
  drawChanges(plot, state.data.changes);
  if (state.at !== null) drawCursor(plot, state.at);
  delete canvas.dataset.read;
  if (state.pointed === null || !state.history.length) return;
  const step = plot.step(state.pointed);
  const lines = readAt(step, shown, state);
  drawReading(canvas, plot, step, lines);
  canvas.dataset.read = lines.join("; ");
}

export const progress = {
  name: "curves",
  title: () => "Progress",
  shown: () => true,
  note: ({ ghost }) => `— train, - - validation${ghost ? `, ${dot(GHOST)} before` : ""}`,
  head: ({ data }) => {
    const chips = listed(data).map(
      (metric) => `<button type="button" title="${escaped(metric.help)}"><i></i>${escaped(metric.title)}</button>`,
    );
    return `<div class="chips" role="group" aria-label="What is plotted">${chips.join("")}</div>`;
  },
  listen: (figure, state) => {
    figure.querySelectorAll(".chips button").forEach((chip, i) => {
      chip.onclick = () => {
        pick(state, listed(state.data)[i]);
        // Where not all have room, its neighbours come into sight.
        chip.scrollIntoView({ block: "nearest", inline: "center" });
      };
    });
    const canvas = figure.querySelector("canvas");
    const point = (right) => {
      state.pointed = right;
      state.repaint();
    };
    canvas.onpointermove = ({ offsetX }) => point(offsetX);
    canvas.onpointerleave = () => point(null);
    // Keys read from the newest step on.
    canvas.tabIndex = 0;
    canvas.onkeydown = (event) => {
      const right = ARROWS[event.key]?.[0];
      if (!right) return;
      event.preventDefault();
      point(Math.max(0, Math.min(canvas.clientWidth, (state.pointed ?? canvas.clientWidth) + STEP * right)));
    };
    canvas.onblur = () => point(null);
  },
  draw: (canvas, state) => {
    const [shown, tip] = [plotted(state), tipOf(state)];
    drawChips(canvas.closest("figure").querySelectorAll(".chips button"), state, shown, canvas);
    const curves = shown.flatMap((metric, i) => {
      const line = { colour: colour(state, metric, canvas), width: i ? 1.3 : 2.4 };
      return [
        { ...line, points: upTo(points(state.history, metric, metric.name), tip), dashed: false },
        { ...line, points: upTo(points(state.history, metric, `test_${metric.name}`), tip), dashed: true },
      ];
    });
    const name = axisName(shown.length ? shown : atFirst(state.data));
    const plot = drawCurves(canvas, [...before(state, shown), ...curves.reverse()], reach(state), name);
    drawMoments(canvas, plot, state, shown);
    if (plot.bending) state.repaint();
  },
};
