// What stands on the curves at one step: where the film is, knobs that were turned, values under a pointer.

import { number } from "./metric.js";

// CSS pixels of a line of text.
const LINE = 14;

/** A line from top to bottom at a step. */
function drawLine({ context, x, top, bottom }, step, dashes) {
  context.setLineDash(dashes);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(step), top);
  context.lineTo(x(step), bottom);
  context.stroke();
  context.setLineDash([]);
}

/** Triangles where knobs were turned, each with what it was turned to. */
export function drawChanges(plot, changes) {
  const { context, x, bottom, right } = plot;
  context.textAlign = "left";
  for (const change of changes) {
    const at = x(change.step);
    drawLine(plot, change.step, [2, 3]);
    context.beginPath();
    context.moveTo(at, bottom - 7);
    context.lineTo(at + 4, bottom);
    context.lineTo(at - 4, bottom);
    context.fill();
    const width = context.measureText(change.text).width;
    context.fillText(change.text, Math.min(at + 6, right - width), bottom - 3);
  }
}

/** The cursor of the film. */
export function drawCursor(plot, step) {
  drawLine(plot, step, []);
}

/** Where `name` was measured nearest to a step, as [step, value]; undefined where it never was. */
function nearest(history, name, step) {
  const known = history.filter(([, metrics]) => Number.isFinite(metrics[name]));
  const away = ([at]) => Math.abs(at - step);
  const best = known.reduce((best, point) => (away(point) < away(best) ? point : best), known[0]);
  return best && [best[0], best[1][name]];
}

/** What metrics are near a step, one line each: in training, on validation samples, and there before. */
export function readAt(step, metrics, { history, ghost }) {
  const at = history.reduce(
    (best, [other]) => (Math.abs(other - step) < Math.abs(best - step) ? other : best),
    history[0][0],
  );
  const lines = metrics.map((metric) => {
    const held = `test_${metric.name}`;
    const values = [metric.name, held]
      .map((name) => nearest(history, name, at))
      .filter(Boolean)
      // Validation samples are not measured at every step.
      .map(([of, value]) => `${number(metric, value)}${of === at ? "" : ` (step ${of.toLocaleString("en")})`}`);
    const then = nearest(ghost?.history ?? [], held, at);
    const before = then ? ` (before ${number(metric, then[1])})` : "";
    return `${metric.title} ${values.join(" | ")}${before}`;
  });
  return [`step ${at.toLocaleString("en")}: train | validation`, ...lines];
}

/** A line under the pointer, and what was read there beside it. */
export function drawReading(canvas, plot, step, lines) {
  const { context, x, right } = plot;
  drawLine(plot, step, [1, 2]);
  context.save();
  context.font = context.font.replace("12px", "11px");
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 10;
  const left = Math.max(0, Math.min(x(step) + 8, right - width));
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--st-background-color") || "#fff";
  context.globalAlpha = 0.9;
  context.fillRect(left, 0, width, LINE * lines.length + 4);
  context.globalAlpha = 1;
  context.fillStyle = getComputedStyle(canvas).color;
  context.textAlign = "left";
  lines.forEach((line, i) => {
    context.fillText(line, left + 5, LINE * (i + 1) - 2);
  });
  context.restore();
}
