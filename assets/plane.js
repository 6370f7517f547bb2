// What lies on the plane: points, paths, a landscape and a bent grid, all on one scale.

import { LANDSCAPE } from "./protocol.js";
import { inOrder, shade } from "./selection.js";

/** Points (N, 2) as dots of a colour; where some are `chosen` these have an outline, and the others are grey. */
export function drawDots(context, values, [x, y], radius, colour, chosen) {
  context.lineWidth = 1;
  for (const i of inOrder(values.length / 2, chosen)) {
    context.fillStyle = shade(colour, i, chosen);
    context.beginPath();
    context.arc(x(values[2 * i]), y(values[2 * i + 1]), radius, 0, 6.283);
    context.fill();
    // Real points are grey themselves.
    if (chosen?.has(i)) context.stroke();
  }
}

/** Where points (N, 2) lie on the canvas, as [{ i, box: [x, y, width, height] }]. */
export function spotsOf(values, [x, y]) {
  return Array.from({ length: values.length / 2 }, (_, i) => {
    return { i, box: [x(values[2 * i]) - 3, y(values[2 * i + 1]) - 3, 6, 6] };
  });
}

/** Paths (N, T, 2) from their first step to a dot at their last, chosen ones on top; `colour(i)` gives each one's. */
export function drawPaths(context, view, [x, y], colour, chosen) {
  const [paths, steps] = view.shape;
  context.lineWidth = 1;
  for (const i of inOrder(paths, chosen)) {
    const at = (step) => [x(view.values[2 * (i * steps + step)]), y(view.values[2 * (i * steps + step) + 1])];
    context.strokeStyle = colour(i);
    context.fillStyle = colour(i);
    context.globalAlpha = 0.45;
    context.beginPath();
    for (let step = 0; step < steps; step++) context[step ? "lineTo" : "moveTo"](...at(step));
    context.stroke();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(...at(steps - 1), 3.5, 0, 6.283);
    context.fill();
  }
}

/** The red, green and blue of "#RRGGBB". */
export function channels(colour) {
  return [1, 3, 5].map((begin) => Number.parseInt(colour.slice(begin, begin + 2), 16));
}

/** A discriminator's scores (side, side) over the square `range`, the stronger coloured the surer it is. */
export function drawLandscape(context, view, [low, high], [x, y]) {
  const side = view.shape[0];
  const spread = [...view.values].map(Math.abs).sort((a, b) => a - b)[Math.floor(0.95 * view.values.length)] || 1;
  const sheet = new OffscreenCanvas(side, side);
  const image = sheet.getContext("2d").createImageData(side, side);
  const [real, generated] = [LANDSCAPE.real, LANDSCAPE.generated].map(channels);
  view.values.forEach((score, i) => {
    const strength = Math.max(-1, Math.min(1, score / spread));
    const place = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
    image.data.set([...(strength < 0 ? generated : real), 150 * Math.abs(strength)], place);
  });
  sheet.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(sheet, x(low), y(high), x(high) - x(low), y(low) - y(high));
}

/** A grid (rows, columns, 2) as the lines that it was bent into. */
export function drawWarp(context, view, [x, y]) {
  const [rows, columns] = view.shape;
  const at = (row, column) => {
    const i = 2 * (row * columns + column);
    return [x(view.values[i]), y(view.values[i + 1])];
  };
  const line = (count, along) => {
    context.beginPath();
    for (let k = 0; k < count; k++) context[k ? "lineTo" : "moveTo"](...along(k));
    context.stroke();
  };
  const isNet = rows > 1;
  context.globalAlpha = isNet ? 0.35 : 1;
  context.lineWidth = isNet ? 1 : 2;
  for (let row = 0; row < rows; row++) line(columns, (column) => at(row, column));
  for (let column = 0; column < columns; column++) line(rows, (row) => at(row, column));
  context.globalAlpha = 1;
}
