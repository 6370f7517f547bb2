// The marks of classes on the board: each has a shape beside its colour.

/** Draws an outline through corners around (0, 0). */
function polygon(...corners) {
  return (context) => {
    for (const corner of corners) context.lineTo(...corner);
  };
}

const SHAPES = [
  (context) => context.arc(0, 0, 2.6, 0, 6.283),
  polygon([0, -3.6], [3.3, 2.4], [-3.3, 2.4]),
  (context) => context.rect(-2.5, -2.5, 5, 5),
  polygon([0, -4], [3.4, 0], [0, 4], [-3.4, 0]),
];

/** The mark of class `k` at (x, y). */
export function drawMark(context, k, x, y, colours) {
  context.save();
  context.translate(x, y);
  context.fillStyle = colours[k];
  context.beginPath();
  SHAPES[k](context);
  context.fill();
  context.restore();
}
