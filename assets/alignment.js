// Planes of codes of several runs, turned to lie alike: principal axes have no direction of their own.

import { box } from "./scale.js";
import { samplesOf } from "./selection.js";
import { stepAt } from "./wall_film.js";

// How far the circles of a normal prior, or the edges of a uniform one, reach from the middle, with a margin.
const REACH = 2.2;
const KEPT = [1, 0, 0, 1];

/** The mean of points (N, 2). */
function middle(values) {
  const sum = [0, 0];
  for (let i = 0; i < values.length; i++) sum[i % 2] += values[i];
  return sum.map((value) => (2 * value) / values.length);
}

/** Points (N, 2), or any number of pairs, turned by the matrix [a, b, c, d]: (x, y) → (a x + c y, b x + d y). */
export function turned(values, [a, b, c, d]) {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 2) {
    result[i] = a * values[i] + c * values[i + 1];
    result[i + 1] = b * values[i] + d * values[i + 1];
  }
  return result;
}

/**
 * The rotation or reflection that brings points (N, 2) nearest to `target` (N, 2), both around their middles.
 *
 * Orthogonal Procrustes in the plane (Schönemann 1966), as `turn` in core/plane.py: of the best rotation and the best
 * reflection the one with the larger trace of Rᵀ pointsᵀ target.
 */
export function turnTo(values, target) {
  const [at, to] = [middle(values), middle(target)];
  const m = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i += 2) {
    const [x, y] = [values[i] - at[0], values[i + 1] - at[1]];
    const [u, v] = [target[i] - to[0], target[i + 1] - to[1]];
    m[0] += x * u;
    m[1] += x * v;
    m[2] += y * u;
    m[3] += y * v;
  }
  const [rotation, reflection] = [Math.hypot(m[0] + m[3], m[1] - m[2]), Math.hypot(m[0] - m[3], m[1] + m[2])];
  if (!(Math.max(rotation, reflection) > 0)) return KEPT;
  if (rotation >= reflection) {
    const [cos, sin] = [(m[0] + m[3]) / rotation, (m[1] - m[2]) / rotation];
    return [cos, sin, -sin, cos];
  }
  const [cos, sin] = [(m[0] - m[3]) / reflection, (m[1] + m[2]) / reflection];
  return [cos, sin, sin, -cos];
}

/** A square frame [low x, low y, high x, high y] of points (N, 2) and, where codes have one, the prior. */
function frameOf(values, prior) {
  const [low, high] = box(values).map((end, k) =>
    end.map((edge) => (prior ? Math[k ? "max" : "min"](edge, k ? REACH : -REACH) : edge)),
  );
  const half = Math.max(high[0] - low[0], high[1] - low[1]) / 2;
  const centre = [0, 1].map((axis) => (low[axis] + high[axis]) / 2);
  return Float32Array.from([...centre.map((value) => value - half), ...centre.map((value) => value + half)]);
}

/** A square frame [low x, low y, high x, high y] of the same size around its middle, turned by a matrix. */
function frameTurned(frame, matrix) {
  const half = (frame[2] - frame[0]) / 2;
  const [x, y] = turned([(frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2], matrix);
  return Float32Array.from([x - half, y - half, x + half, y + half]);
}

/** Whether codes are drawn on principal axes; one or two latents are drawn as they are. */
export function isProjected(shown) {
  return shown.codes.shape[1] > 2;
}

/** The quarter turn or mirror image that is nearest to a rotation or reflection: a lattice stays one. */
function quarter([a, b, c, d]) {
  const isUpright = Math.abs(a) >= Math.abs(b);
  return isUpright ? [Math.sign(a), 0, 0, Math.sign(d)] : [0, Math.sign(b), Math.sign(c), 0];
}

/** The decoded plane of views, a square lattice, with its places and its corners turned by quarters. */
function latticeTurned({ decoded, lattice }, matrix) {
  const side = Math.sqrt(decoded.shape[0]);
  const size = decoded.values.length / decoded.shape[0];
  const values = decoded.values.slice();
  for (let i = 0; i < side * side; i++) {
    // Twice the steps to the right and upwards from the middle.
    const [right, up] = turned([2 * (i % side) - side + 1, side - 1 - 2 * Math.floor(i / side)], matrix);
    const place = (side * (side - 1 - up) + right + side - 1) / 2;
    values.set(decoded.values.subarray(i * size, (i + 1) * size), place * size);
  }
  const [x, y, otherX, otherY] = turned(lattice.values, matrix);
  const corners = [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX), Math.max(y, otherY)];
  return { decoded: { ...decoded, values }, lattice: { ...lattice, values: Float32Array.from(corners) } };
}

/** The views `shown` with their plane of codes turned by a matrix, in a frame of its own. */
export function withTurn(shown, matrix, prior) {
  const { plane } = shown;
  const values = turned(plane.values, matrix);
  return {
    ...shown,
    plane: { ...plane, values },
    frame: { shape: [2, 2], values: frameOf(values, prior), range: plane.range },
    ...(shown.decoded && latticeTurned(shown, quarter(matrix))),
  };
}

/**
 * Let the plane of codes that a `ghost` shows lie as that of its run, in its own frame turned about the origin, if both
 * draw as many of the same samples; whether it does.
 */
export function layAlike(ghost, run) {
  const [shown, target] = [ghost.snapshot, run.snapshot?.views.plane];
  const plane = shown?.views.plane;
  if (!plane || !isProjected(shown.views) || samplesOf(ghost) !== samplesOf(run)) return false;
  if (target?.values.length !== plane.values.length) return false;
  const matrix = turnTo(plane.values, target.values);
  const { frame } = shown.views;
  const views = withTurn(shown.views, matrix, ghost.data.prior);
  if (frame) views.frame = { ...frame, values: frameTurned(frame.values, matrix) };
  ghost.here = { ...shown, views };
  return true;
}

/** Find what each of `cells` shows at a share of its steps, its plane of codes turned to lie as its neighbour's. */
export function align(cells, share) {
  const before = [];
  for (const cell of cells) {
    cell.shown = cell.run?.shown(stepAt(cell.run, share))?.views;
    if (!cell.shown?.plane) continue;
    const { tile, run } = cell;
    const isPeer = (other) =>
      samplesOf(other.run) === samplesOf(run) && other.shown.plane.values.length === cell.shown.plane.values.length;
    const peers = before.filter(isPeer);
    const next = peers.findLast((other) => other.tile.row === tile.row) ?? peers.at(-1);
    if (next && isProjected(cell.shown)) {
      cell.shown = withTurn(cell.shown, turnTo(cell.shown.plane.values, next.shown.plane.values), run.data.prior);
    }
    before.push(cell);
  }
}
