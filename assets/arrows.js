// The arrow keys.

/** Where each arrow key leads on a screen, as [right, down]. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
