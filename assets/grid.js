// Points in the cells of a grid, so that those near a place or inside a line are found without looking at all others.

import { isInside, NEAR } from "./lasso.js";
import { remembered } from "./remembered.js";
import { box } from "./scale.js";

// Cells along each side, and pieces of a line at most.
const SIDE = 64;
const PIECES = 4 * SIDE;

class Grid {
  /** Points (N, 2), with all beyond the frame of most in the cells at its edges. */
  constructor(values) {
    const [low, high] = box(values);
    Object.assign(this, { values, low, size: low.map((least, axis) => (high[axis] - least) / SIDE) });
    const cells = new Uint16Array(values.length / 2);
    for (let i = 0; i < cells.length; i++) {
      const [x, y] = [values[2 * i], values[2 * i + 1]];
      // What is no number is in no cell that is looked at.
      cells[i] = Number.isFinite(x + y) ? SIDE * this.#index(1, y) + this.#index(0, x) : SIDE * SIDE;
    }
    // The points of cell c are those at `starts[c]` to `starts[c + 1]` of `points`.
    this.starts = new Uint32Array(SIDE * SIDE + 2);
    for (const cell of cells) this.starts[cell + 1]++;
    for (let cell = 0; cell <= SIDE * SIDE; cell++) this.starts[cell + 1] += this.starts[cell];
    const next = this.starts.slice();
    this.points = new Uint32Array(cells.length);
    cells.forEach((cell, i) => {
      this.points[next[cell]++] = i;
    });
  }

  #index(axis, value) {
    return Math.max(0, Math.min(SIDE - 1, Math.floor((value - this.low[axis]) / this.size[axis])));
  }

  /** The cells that a box touches. */
  *#touched([left, right], [down, up]) {
    for (let row = this.#index(1, down); row <= this.#index(1, up); row++) {
      for (let column = this.#index(0, left); column <= this.#index(0, right); column++) yield row * SIDE + column;
    }
  }

  #pointsIn(cell) {
    return this.points.subarray(this.starts[cell], this.starts[cell + 1]);
  }

  /** The point nearest to a place among those that are no farther than `reach` along each axis, or −1. */
  nearest([x, y], reach) {
    let [best, found] = [Infinity, -1];
    for (const cell of this.#touched([x - reach, x + reach], [y - reach, y + reach])) {
      for (const i of this.#pointsIn(cell)) {
        const [right, up] = [this.values[2 * i] - x, this.values[2 * i + 1] - y];
        const isNear = Math.abs(right) <= reach && Math.abs(up) <= reach;
        if (isNear && right ** 2 + up ** 2 < best) [best, found] = [right ** 2 + up ** 2, i];
      }
    }
    return found;
  }

  /** The points inside a closed line through `corners`. */
  inside(corners) {
    const isCrossed = this.#crossed(corners);
    const isIn = (i) => isInside([this.values[2 * i], this.values[2 * i + 1]], corners);
    const found = [];
    for (let cell = 0; cell < SIDE * SIDE; cell++) {
      const points = this.#pointsIn(cell);
      // Where the line does not pass, all points are where one of them is.
      const isWhole = !isCrossed[cell] && points.length > 0 && isIn(points[0]);
      if (isWhole) for (const i of points) found.push(i);
      if (isCrossed[cell]) for (const i of points) if (isIn(i)) found.push(i);
    }
    return found;
  }

  /** Which cells a closed line may pass through; those at the edges reach as far as there are points. */
  #crossed(corners) {
    const cells = new Uint8Array(SIDE * SIDE);
    corners.forEach((to, k) => {
      const from = corners.at(k - 1);
      const long = Math.max(...from.map((value, axis) => Math.abs(to[axis] - value) / this.size[axis]));
      const pieces = Math.max(1, Math.min(PIECES, Math.ceil(long)));
      const at = (piece, axis) => from[axis] + (piece / pieces) * (to[axis] - from[axis]);
      for (let piece = 0; piece < pieces; piece++) {
        const ends = [0, 1].map((axis) => [at(piece, axis), at(piece + 1, axis)].sort((a, b) => a - b));
        for (const cell of this.#touched(...ends)) cells[cell] = 1;
      }
    });
    return cells;
  }
}

const gridOf = remembered((values) => new Grid(values));

/** What `letSelect` asks of points (N, 2) on a scale: the one `under` a place on the sheet, and those `enclosed`. */
export function amongPoints(values, scale) {
  const [grid, [right, up]] = [gridOf(values), scale.map((along) => along(1) - along(0))];
  const back = ([x, y]) => [(x - scale[0](0)) / right, (y - scale[1](0)) / up];
  return {
    under: (place) => grid.nearest(back(place), NEAR / right),
    enclosed: (corners) => grid.inside(corners.map(back)),
  };
}
