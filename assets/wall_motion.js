// How a wall moves: each picture comes to what it shows from what it showed, as those of the stage do.

import { Glide } from "./glide.js";

// As many pictures in sight move; more of them cut: each costs a browser what one of the stage does.
const MOST = 12;
// Between two pictures of a motion, times what the last took to draw: a browser without a graphics processor computes
// several times that for it, on the cores where the runs may be trained.
const REST = 12;

/** Whether a cell is in sight, or might be: at first nobody knows. */
export function isSeen({ element }) {
  return element.isSeen !== false;
}

/** Whether those of `cells` that are in sight are few enough to move. */
export function mayMove(cells) {
  return cells.filter(isSeen).length <= MOST;
}

/** Let a cell set out for a `state`, to be there in `longest` milliseconds at most, or be there `atOnce`. */
export function setOut(cell, state, atOnce, longest) {
  const now = performance.now();
  if (atOnce || !cell.glide) cell.glide = new Glide();
  cell.state = state;
  if (!state.snapshot) return;
  cell.glide.head(state.snapshot, now, longest);
  cell.glide.grow(state.snapshot.step, now, longest);
  cell.isMoving = cell.glide.isMoving(now);
}

/** The state of a cell where it is on its way. */
export function onItsWay({ state, glide }) {
  const now = performance.now();
  return state.snapshot ? { ...state, snapshot: glide.at(now), tip: glide.stepAt(now) } : state;
}

/** `draw` those of `cells` that are on their way and in sight, and `again` until they have arrived. */
export function goOn(cells, draw, again) {
  const began = performance.now();
  const moving = cells.filter((cell) => cell.isMoving && isSeen(cell));
  if (!moving.length) return;
  for (const cell of moving) cell.isMoving = cell.glide.isMoving(began);
  draw(moving);
  again.after(REST * (performance.now() - began));
}
