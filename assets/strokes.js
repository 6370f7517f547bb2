// Strokes turned into a small grey picture, as the pictures of a dataset are: MNIST's digits are scaled to a box and
// moved so that their mass is in the middle (LeCun et al. 1998).

import { share } from "./snapshot.js";

// The samples that say how pictures are, how bright a pixel of a figure is, and how many times finer strokes are drawn.
const LOOKED_AT = 200;
const BRIGHT = 0.3;
const FINER = 4;

const sheet = new OffscreenCanvas(1, 1);
const pencil = sheet.getContext("2d", { willReadFrequently: true });

/** The box [left, top, right, bottom] of what is brighter than `BRIGHT` in (height · width), and the middle of mass. */
function figure(levels, width) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  let [mass, right, down] = [0, 0, 0];
  levels.forEach((level, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    mass += level;
    right += level * (x + 0.5);
    down += level * (y + 0.5);
    if (level < BRIGHT) return;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x + 1);
    box[3] = Math.max(box[3], y + 1);
  });
  return { box, middle: [right / mass, down / mass], mass };
}

/**
 * How the pictures (N, …, H, W) are: whether ink is dark, the longer side of a figure's box and the middle of its mass,
 * both in pixels, and a pen's width as a share of the picture's.
 */
export function typical(view) {
  const [height, width] = view.shape.slice(-2);
  const size = height * width;
  const count = Math.min(LOOKED_AT, view.shape[0]);
  const levels = Float32Array.from({ length: count * size }, (_, i) => share(view, view.values[i]));
  const isDark = levels.reduce((sum, level) => sum + level, 0) / levels.length > 0.5;
  const figures = Array.from({ length: count }, (_, i) => {
    const own = levels.subarray(i * size, (i + 1) * size);
    return figure(isDark ? own.map((level) => 1 - level) : own, width);
  }).filter(({ box, mass }) => mass > 0 && box[2] > box[0]);
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const sides = figures.map(({ box }) => Math.max(box[2] - box[0], box[3] - box[1]));
  const middle = [0, 1].map((axis) => median(figures.map((each) => each.middle[axis])) ?? [width, height][axis] / 2);
  const side = median(sides) ?? height;
  return { isDark, long: side, middle, pen: Math.max(1.2, side / 8) / width };
}

/** Strokes in the picture's pixels, drawn finer and averaged down: the level of each pixel, 0 to 1. */
function drawn(strokes, thickness, [width, height]) {
  Object.assign(sheet, { width: width * FINER, height: height * FINER });
  pencil.scale(FINER, FINER);
  pencil.lineWidth = thickness;
  pencil.lineCap = "round";
  pencil.lineJoin = "round";
  for (const stroke of strokes) {
    pencil.beginPath();
    pencil.moveTo(...stroke[0]);
    for (const place of stroke) pencil.lineTo(...place);
    pencil.stroke();
  }
  const { data } = pencil.getImageData(0, 0, sheet.width, sheet.height);
  const levels = new Float32Array(width * height);
  for (let i = 0; 4 * i < data.length; i++) {
    const [x, y] = [i % sheet.width, Math.floor(i / sheet.width)];
    levels[Math.floor(y / FINER) * width + Math.floor(x / FINER)] += data[4 * i + 3] / 255 / FINER ** 2;
  }
  return levels;
}

/**
 * Strokes [[x, y], …] in shares of a pad, by a pen as wide as a share of its width, as the values of a picture of
 * [width, height] pixels: as large as is `typical`, and its mass where theirs is.
 */
export function rasterised(strokes, pen, [width, height], { isDark, long, middle }) {
  const places = strokes.flat().map(([x, y]) => [x * width, y * height]);
  if (!places.length) return new Array(width * height).fill(Number(isDark));
  const [low, high] = [Math.min, Math.max].map((most) => [0, 1].map((axis) => most(...places.map((at) => at[axis]))));
  const thickness = pen * width;
  // A box around the ink; a dot stays a dot.
  const size = Math.max(high[0] - low[0], high[1] - low[1]) + thickness;
  const scale = size > long / 3 ? long / size : 1;
  const moved = (offset) =>
    strokes.map((stroke) =>
      stroke.map(([x, y]) => [
        (x * width - (low[0] + high[0]) / 2) * scale + offset[0],
        (y * height - (low[1] + high[1]) / 2) * scale + offset[1],
      ]),
    );
  const first = drawn(moved(middle), thickness * scale, [width, height]);
  const { middle: found } = figure(first, width);
  const levels = drawn(moved(middle.map((at, axis) => 2 * at - found[axis])), thickness * scale, [width, height]);
  return [...levels].map((level) => (isDark ? 1 - level : level));
}
