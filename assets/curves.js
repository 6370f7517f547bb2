// Curves of numbers against the training step, with axes.

import { prepare } from "./canvas.js";
import { FAINT } from "./protocol.js";
import { short } from "./text.js";

// CSS pixels that the labels of the axes take at the left and at the bottom, and that stay free at the other two sides.
const [LEFT, BOTTOM, RIGHT, TOP] = [56, 20, 10, 8];

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

/**
 * Curves [{ points: [[x, y]], colour, dashed, width }] of one unit against the training step, the last one on top;
 * returns where they lie: `x(step)`, and the `step(x)` under a pointer, `top` and `bottom`.
 */
export function drawCurves(canvas, curves, steps, unit) {
  const { context, width, height } = prepare(canvas);
  const values = curves.flatMap((curve) => curve.points.map((point) => point[1])).filter(Number.isFinite);
  // Before there are values the axes stand there, without numbers.
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  // A loss that fell by orders of magnitude is read on a logarithmic axis.
  const log = low > 0 && high / low > 30;
  const scale = log ? Math.log10 : (value) => value;
  [low, high] = [scale(low), scale(high)];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  [low, high] = [low - margin, high + margin];
  const x = (step) => LEFT + (step / Math.max(steps, 1)) * (width - LEFT - RIGHT);
  const y = (value) => TOP + ((high - scale(value)) / (high - low)) * (height - BOTTOM - TOP);

  context.lineWidth = 1;
  context.textAlign = "right";
  for (const tick of ticks(low, high, height / 40)) {
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
  context.fillText(unit, 0, 0, height - BOTTOM);
  context.restore();
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
    curve.points.forEach(([step, value], i) => {
      if (Number.isFinite(value)) context[i ? "lineTo" : "moveTo"](x(step), y(value));
    });
    context.stroke();
  }
  context.setLineDash([]);
  const step = (right) => ((right - LEFT) / (width - LEFT - RIGHT)) * Math.max(steps, 1);
  return { context, x, step, top: TOP, bottom: height - BOTTOM, right: width - RIGHT };
}
