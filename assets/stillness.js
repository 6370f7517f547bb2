// Whether things may move that need not.

/** Whether somebody wants nothing to move: `stillness.matches`. */
export const stillness = matchMedia("(prefers-reduced-motion: reduce)");
