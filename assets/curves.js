// Curves of numbers against the training step, with axes.

import { prepare } from "./canvas.js";
import { FAINT } from "./protocol.js";
import { stillness } from "./stillness.js";
import { short } from "./text.js";

// CSS pixels that the labels of the axes take at the left and at the bottom, and that stay free at the other two sides.
const [LEFT, BOTTOM, RIGHT, TOP] = [56, 20, 10, 8];
// From this ratio of the largest value to the smallest on an axis is logarithmic; it bends so many milliseconds.
const ORDERS = 30;
const BENDS = 600;

/** About `count` round numbers between `low` and `high`. */
export function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * [1, 2, 5, 10].find((digit) => digit * unit >= raw);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) {
    found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  }
  return found;
}

/** An axis from `low` to `high` with a margin: its ends on a scale, and the share of it that lies below a value. */
function axisOf(low, high, scale) {
  const ends = [scale(low), scale(high)];
  const margin = (ends[1] - ends[0]) * 0.06 || Math.abs(ends[1]) * 0.1 || 1;
  const [from, to] = [ends[0] - margin, ends[1] + margin];
  return { from, to, share: (value) => (scale(value) - from) / (to - from) };
}

/** How far a linear axis on a canvas, which became logarithmic while it was looked at, has bent: 0 to 1. */
function bentOn(canvas, isLog) {
  const now = performance.now();
  if (canvas.isLog !== isLog) Object.assign(canvas, { bends: canvas.isLog === false ? now : -Infinity, isLog });
  return stillness.matches ? 1 : Math.min(1, (now - canvas.bends) / BENDS);
}

/** Points of a curve without a neighbour, which no line leads to, as dots. */
function drawLonePoints(context, { points, width, colour }, x, y) {
  const isThere = (point) => Number.isFinite(point?.[1]);
  const lone = points.filter((point, i) => isThere(point) && !isThere(points[i - 1]) && !isThere(points[i + 1]));
  context.save();
  context.fillStyle = colour;
  for (const [step, value] of lone) {
    context.beginPath();
    context.arc(x(step), y(value), 2 * width, 0, 6.283);
    context.fill();
  }
  context.restore();
}

/**
 * Curves [{ points: [[x, y]], colour, dashed, width }] of one unit, on an axis of that `name`, against the training
 * step, the last one on top;
 * returns where they lie: `x(step)`, and the `step(x)` under a pointer, `top` and `bottom`; and whether the axis is
 * `bending`, so that they are to be drawn again.
 */
export function drawCurves(canvas, curves, steps, name) {
  const { context, width, height } = prepare(canvas);
  const values = curves.flatMap((curve) => curve.points.map((point) => point[1])).filter(Number.isFinite);
  // Before there are values the axes stand there, without numbers, and it is said.
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  // A loss that fell by orders of magnitude is read on a logarithmic axis.
  const log = low > 0 && high / low > ORDERS;
  const linear = axisOf(low, high, (value) => value);
  const axis = log ? axisOf(low, high, Math.log10) : linear;
  const bent = bentOn(canvas, log);
  const share = (value) => (1 - bent) * linear.share(value) + bent * axis.share(value);
  const x = (step) => LEFT + (step / Math.max(steps, 1)) * (width - LEFT - RIGHT);
  const y = (value) => TOP + (1 - share(value)) * (height - BOTTOM - TOP);

  context.lineWidth = 1;
  context.textAlign = "right";
  for (const tick of ticks(axis.from, axis.to, Math.max(3, height / 40))) {
    const value = log ? 10 ** tick : tick;
    context.globalAlpha = 0.15;
    context.beginPath();
    context.moveTo(LEFT, y(value));
    context.lineTo(width - RIGHT, y(value));
    context.stroke();
    context.globalAlpha = FAINT;
    if (values.length) context.fillText(short(value), LEFT - 6, y(value) + 4);
  }
  context.textAlign = "center";
  context.save();
  context.translate(10, (TOP + height - BOTTOM) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(name, 0, 0, height - BOTTOM);
  context.restore();
  if (!values.length)
    context.fillText("Nothing was measured yet", (LEFT + width - RIGHT) / 2, (TOP + height - BOTTOM) / 2);
  for (const tick of ticks(0, steps, width / 90)) {
    const text = tick.toLocaleString("en");
    context.fillText(text, Math.min(x(tick), width - context.measureText(text).width / 2 - 1), height - 5);
  }
  context.globalAlpha = 1;
  for (const curve of curves) {
    context.lineWidth = curve.width;
    context.strokeStyle = curve.colour;
    context.setLineDash(curve.dashed ? [6, 4] : []);
    context.beginPath();
    let isGap = true;
    for (const [step, value] of curve.points) {
      if (Number.isFinite(value)) context[isGap ? "moveTo" : "lineTo"](x(step), y(value));
      isGap = !Number.isFinite(value);
    }
    context.stroke();
    drawLonePoints(context, curve, x, y);
  }
  context.setLineDash([]);
  const step = (right) => ((right - LEFT) / (width - LEFT - RIGHT)) * Math.max(steps, 1);
  const bending = bent < 1;
  return { context, x, step, top: TOP, bottom: height - BOTTOM, right: width - RIGHT, bending };
}
