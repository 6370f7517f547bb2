// The shapes of marks: of classes full, of clusters hollow, each as an outline and as a sign in a text.

// How far the outline of the smallest mark reaches from its middle, in CSS pixels.
export const REACH = 4.4;

/** Draws an outline through corners around (0, 0). */
function polygon(...corners) {
  return (context) => {
    for (const corner of corners) context.lineTo(...corner);
    context.closePath();
  };
}

/** Draws a cross around (0, 0), which has no inside. */
function cross(context) {
  for (const side of [-1, 1]) {
    context.moveTo(-2.5 * side, -2.5);
    context.lineTo(2.5 * side, 2.5);
  }
}

/** Each shape's outline, and the signs that stand for it in a text: full and hollow. */
const SHAPES = {
  circle: { draw: (context) => context.arc(0, 0, 2.6, 0, 6.283), signs: "●○" },
  "triangle-up": { draw: polygon([0, -3.6], [3.3, 2.4], [-3.3, 2.4]), signs: "▲△" },
  square: { draw: (context) => context.rect(-2.4, -2.4, 4.8, 4.8), signs: "■□" },
  diamond: { draw: polygon([0, -3.8], [3.2, 0], [0, 3.8], [-3.2, 0]), signs: "◆◇" },
  "triangle-down": { draw: polygon([0, 3.6], [3.3, -2.4], [-3.3, -2.4]), signs: "▼▽" },
  x: { draw: cross, signs: "××" },
};

/** A mark { colour, shape } at (x, y), `size` times as large as the smallest, full or hollow. */
export function drawMark(context, mark, x, y, size, isHollow) {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.fillStyle = mark.colour;
  context.strokeStyle = mark.colour;
  context.lineWidth = 1;
  context.beginPath();
  SHAPES[mark.shape].draw(context);
  context[isHollow ? "stroke" : "fill"]();
  context.restore();
}

/** A mark in a legend. */
export function sign(mark, isHollow) {
  return `<i class="sign" style="color:${mark.colour}">${SHAPES[mark.shape].signs[Number(isHollow)]}</i>`;
}
