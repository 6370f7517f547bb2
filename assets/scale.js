// Scales from data to a canvas, and the frame that holds most of the data.

import { remembered } from "./remembered.js";

// So many points are looked at to find where most of them are.
const LOOKED_AT = 2000;

/** A scale from data to the canvas that keeps squares square; while a page is laid out there may be no room at all. */
export function squareScale(low, high, width, height) {
  const size = Math.max(0, Math.min(width, height)) / Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return [(x) => width / 2 + (x - middle[0]) * size, (y) => height / 2 - (y - middle[1]) * size];
}

/** The box that holds all but the most extreme hundredth of points (N, 2), of very many judged by some of them. */
export const box = remembered((values) => {
  const [all, length] = [values.length / 2, Math.min(values.length / 2, LOOKED_AT)];
  // The golden ratio's steps come to all parts, and keep no time with what repeats itself.
  const places = Float64Array.from({ length }, (_, k) =>
    length < all ? Math.floor(((k * 0.6180339887) % 1) * all) : k,
  );
  const limits = [0, 1].map((axis) => {
    const some = Float32Array.from(places, (i) => values[2 * i + axis]);
    const sorted = some.filter(Number.isFinite).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const margin = (at(0.995) - at(0.005)) * 0.06 || 0.5;
    return [at(0.005) - margin, at(0.995) + margin];
  });
  return [0, 1].map((end) => limits.map((limit) => limit[end]));
});
