// Samples that look like curves: sequences, and vectors of numbers.

import { drawGround } from "./canvas.js";
import { share } from "./snapshot.js";

// The dashes of curves that belong to one sample: colours would mean something.
const DASHES = [[], [4, 2], [1, 2]];

/** A sequence (T, F) as F curves over its steps, a vector (D,) as one over its values. */
export function drawLines(context, view, i, box) {
  const [x, y, width, height] = box;
  const [steps, features] = view.shape.length > 2 ? view.shape.slice(-2) : [view.shape[1], 1];
  drawGround(context, box, 0.12);
  // Where steps crowd, thick lines would run into each other.
  context.lineWidth = 2 * steps > width ? 1 : 1.4;
  context.lineJoin = "round";
  for (let feature = 0; feature < features; feature++) {
    context.setLineDash(DASHES[feature]);
    context.beginPath();
    for (let step = 0; step < steps; step++) {
      const level = share(view, view.values[(i * steps + step) * features + feature]);
      const right = x + 2 + (step / Math.max(1, steps - 1)) * (width - 4);
      context[step ? "lineTo" : "moveTo"](right, y + 2 + (1 - level) * (height - 4));
    }
    context.stroke();
  }
}

/** Where the steps of a curve stand in a box [x, y, width, height]. */
export function stepPlaces(view, [x, y, width, height]) {
  const steps = view.shape[1];
  const wide = (width - 4) / Math.max(1, steps - 1);
  return Array.from({ length: steps }, (_, step) => [x + 2 + (step - 0.5) * wide, y, wide, height]);
}
