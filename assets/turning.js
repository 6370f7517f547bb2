// Points in three dimensions, turned and looked at from the front.

import { ARROWS } from "./arrows.js";

// CSS pixels that turn by one radian, and how many of them an arrow key is worth.
const PER_RADIAN = 120;
const PUSH = 12;

/** Points (N, 3) turned by two angles, as (N, 2). */
export function turn(values, yaw, pitch) {
  const flat = new Float32Array((values.length / 3) * 2);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  for (let i = 0; 3 * i < values.length; i++) {
    const [x, y, z] = [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
    flat[2 * i] = cy * x + sy * z;
    flat[2 * i + 1] = cp * y - sp * (cy * z - sy * x);
  }
  return flat;
}

/** Points around their middle, so that they turn on the spot. */
export function centre(values, dimensions) {
  const middle = new Float64Array(dimensions);
  values.forEach((value, i) => {
    middle[i % dimensions] += (value * dimensions) / values.length;
  });
  return values.map((value, i) => value - middle[i % dimensions]);
}

/** Turn a view { yaw, pitch } by CSS pixels to the right and down. */
export function turnBy(view, right, down) {
  view.yaw += right / PER_RADIAN;
  view.pitch += down / PER_RADIAN;
}

/** Let arrow keys turn a view on a canvas; `turned()` is told. */
export function letTurn(canvas, view, turned) {
  canvas.tabIndex = 0;
  canvas.onkeydown = (event) => {
    const steps = ARROWS[event.key];
    if (!steps) return;
    event.preventDefault();
    turnBy(view, PUSH * steps[0], PUSH * steps[1]);
    turned();
  };
}
