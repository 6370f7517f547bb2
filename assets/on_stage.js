// Whether a run moves on the stage, as it is seen there: the page's buttons are drawn for it a moment later.

let moves = null;

/** Whether the run on the stage moves, or null where there is none. */
export function stageMoves() {
  return moves;
}

/** Say whether the run on the stage moves, or that there is none (null). */
export function sayMoves(now) {
  moves = now;
}
