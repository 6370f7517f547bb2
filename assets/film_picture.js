// One picture of a film that is saved: what the page shows of it, below a line that says what it is and when.

import { drawElement } from "./picture.js";

// CSS pixels around everything and between its parts, and of the line above.
const MARGIN = 12;
const HEAD = 30;
// The most pixels of a picture: more would make large files that no screen needs.
const PIXELS = 1_500_000;

/** The size of a picture of `elements` below each other, in CSS pixels. */
function sizeOf(elements) {
  const rects = elements.map((element) => element.getBoundingClientRect());
  const height = rects.reduce((sum, rect) => sum + rect.height + MARGIN, MARGIN + HEAD);
  return [Math.max(...rects.map(({ width }) => width)) + 2 * MARGIN, height];
}

/** A canvas for all pictures of a film of these elements as they stand; of even sides, as videos want them. */
export function canvasFor(elements) {
  const [width, height] = sizeOf(elements);
  const scale = Math.min(window.devicePixelRatio, Math.sqrt(PIXELS / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = 2 * Math.round((width * scale) / 2);
  canvas.height = 2 * Math.round((height * scale) / 2);
  return canvas;
}

/** Draw `elements` below each other, under a `title` at the left and the time that is `told` at the right. */
export function drawFilmed(canvas, elements, title, told) {
  const style = getComputedStyle(elements[0]);
  const [width, height] = sizeOf(elements);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // The page may have been resized since the film began.
  const scale = Math.min(canvas.width / width, canvas.height / height);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = style.getPropertyValue("--st-background-color") || "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = style.color;
  context.font = `600 15px ${style.fontFamily}`;
  const right = width - MARGIN - context.measureText(told).width;
  context.fillText(told, right, MARGIN + 15);
  context.fillText(title, MARGIN, MARGIN + 15, right - 2 * MARGIN);
  let top = MARGIN + HEAD;
  for (const element of elements) {
    const { left, top: above, height: high } = element.getBoundingClientRect();
    const below = top;
    drawElement(context, element, (rect) => [
      rect.left - left + MARGIN,
      rect.top - above + below,
      rect.width,
      rect.height,
    ]);
    top += high + MARGIN;
  }
}
