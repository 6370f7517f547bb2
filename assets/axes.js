// The ground of a plane: a frame with numbered axes, the prior, posteriors, and how many points lie outside.

import { drawApart } from "./canvas.js";
import { ticks } from "./curves.js";
import { FAINT } from "./protocol.js";
import { squareScale } from "./scale.js";
import { onAxis } from "./text.js";

// CSS pixels around the frame, for the numbers of the axes, and the least between two of them.
export const [LEFT, BOTTOM, TOP] = [30, 16, 6];
const RIGHT = 8;
const APART = 34;
// The least width of a frame in which the axes are named.
const NAMED = 140;

// What axes are called that are none of the numbers themselves.
export const PRINCIPAL = ["principal axis 1", "principal axis 2"];

/**
 * What the axes of codes are called: one or two numbers are drawn as they are, more on their principal axes. Of one the
 * second is none. Samples that are points of the plane themselves have no latents.
 */
export function axisNames(latents) {
  if (!latents) return ["x", "y"];
  if (latents > 2) return PRINCIPAL;
  return ["latent 1", "latent 2"].slice(0, latents);
}

/** A scale for the square `frame` [low, high] that leaves room for numbers. */
export function frameScale([low, high], width, height) {
  const [x, y] = squareScale(low, high, width - LEFT - RIGHT, height - BOTTOM - TOP);
  return [(value) => LEFT + x(value), (value) => TOP + y(value)];
}

/** Numbers along the lower edge of the frame and, unless up and down mean nothing, along the left. */
export function drawNumbers(context, [low, high], [x, y], axes = 2) {
  context.globalAlpha = FAINT;
  context.textAlign = "center";
  const along = ticks(low[0], high[0], (x(high[0]) - x(low[0])) / APART);
  for (const [k, text] of onAxis(along).entries()) context.fillText(text, x(along[k]), y(low[1]) + 13);
  context.textAlign = "right";
  const up = axes > 1 ? ticks(low[1], high[1], (y(low[1]) - y(high[1])) / APART) : [];
  for (const [k, text] of onAxis(up).entries()) context.fillText(text, x(low[0]) - 5, y(up[k]) + 4);
  context.globalAlpha = 1;
}

/** Lines, numbers and the names of the axes, one or two. */
export function drawAxes(context, frame, scale, names) {
  const [low, high] = frame;
  const [x, y] = scale;
  const [left, right, top, bottom] = [x(low[0]), x(high[0]), y(high[1]), y(low[1])];
  const rule = (value, from, to) => {
    context.globalAlpha = value === 0 ? 0.35 : 0.1;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  context.lineWidth = 1;
  for (const tick of ticks(low[0], high[0], (right - left) / APART)) rule(tick, [x(tick), top], [x(tick), bottom]);
  const up = names.length > 1 ? ticks(low[1], high[1], (bottom - top) / APART) : [];
  for (const tick of up) rule(tick, [left, y(tick)], [right, y(tick)]);
  drawNumbers(context, frame, scale, names.length);
  // In a small frame names would hide points.
  if (right - left < NAMED) return;
  context.textAlign = "right";
  drawApart(context, names[0], right - 4, bottom - 5);
  context.textAlign = "left";
  if (names.length > 1) drawApart(context, names[1], left + 4, top + 12);
}

/**
 * One and two standard deviations of a normal prior, or the edges of a uniform one, dashed: circles and a square, of a
 * single number lines across.
 */
export function drawPrior(context, prior, latents, [x, y], thickness = 1.2) {
  // More than two uniform numbers make no square on their principal axes.
  if (!prior || (prior === "uniform" && latents > 2)) return;
  context.globalAlpha = 0.8;
  context.lineWidth = thickness;
  context.setLineDash([5, 4]);
  context.beginPath();
  if (latents === 1) {
    for (const end of prior === "uniform" ? [-1, 1] : [-2, -1, 1, 2]) {
      context.moveTo(x(end), 0);
      context.lineTo(x(end), context.canvas.height);
    }
  } else if (prior === "uniform") context.rect(x(-1), y(1), x(1) - x(-1), y(-1) - y(1));
  else {
    for (const radius of [1, 2]) {
      context.moveTo(x(radius), y(0));
      context.ellipse(x(0), y(0), x(radius) - x(0), y(0) - y(radius), 0, 0, 6.283);
    }
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** What the dashed lines and the ellipses mean. */
export function explained(prior, latents, hasPosteriors) {
  const normal = prior && prior !== "uniform" ? "dashed: 1 and 2 σ of the prior" : "";
  const uniform = prior === "uniform" && latents <= 2 ? "dashed: the edges of the prior" : "";
  const ellipses = hasPosteriors ? "ellipses: posteriors, mean ± σ" : "";
  return [normal, uniform, ellipses].filter(Boolean);
}

/** Ellipses with the half-axes `spreads` (n, 2) around the first n of `means` (N, 2); `colour(i)` gives each one's. */
export function drawPosteriors(context, means, spreads, [x, y], colour) {
  context.save();
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  for (let i = 0; i < spreads.length; i += 2) {
    const [right, up] = [x(spreads[i]) - x(0), y(0) - y(spreads[i + 1])];
    context.strokeStyle = colour(i / 2);
    context.beginPath();
    context.ellipse(x(means[i]), y(means[i + 1]), right, up, 0, 0, 6.283);
    context.stroke();
  }
  context.restore();
}

/** Draw with everything outside the frame cut off. */
export function inFrame(context, [low, high], [x, y], draw) {
  context.save();
  context.beginPath();
  context.rect(x(low[0]), y(high[1]), x(high[0]) - x(low[0]), y(low[1]) - y(high[1]));
  context.clip();
  draw();
  context.restore();
}

/** How many of the points (N, 2) lie outside the frame. */
export function outside(values, [[left, down], [right, up]]) {
  let inside = 0;
  for (let i = 0; i < values.length; i += 2) {
    if (values[i] >= left && values[i] <= right && values[i + 1] >= down && values[i + 1] <= up) inside++;
  }
  return values.length / 2 - inside;
}

/** The number of points outside, at the frame's upper edge. */
export function drawOutside(context, count, [, high], [x, y]) {
  if (!count) return;
  context.save();
  context.font = `bold ${context.font}`;
  context.textAlign = "right";
  drawApart(context, `${count.toLocaleString("en")} outside`, x(high[0]) - 4, y(high[1]) + 13);
  context.restore();
}
