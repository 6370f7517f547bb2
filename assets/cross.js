// The cross on the plane of two latents, and the sample that is decoded from where it stands.

import { aspect, drawSample } from "./looks.js";

// CSS pixels: half the cross, the height of the sample beside it, and between the two.
const ARM = 7;
const HEIGHT = 64;
const AWAY = 12;

/** Lines that are seen on light and on dark pages, whatever lies below. */
function drawSigns(context, x, y) {
  for (const [shade, thickness] of [
    ["#fff", 5],
    ["#000", 2],
  ]) {
    context.strokeStyle = shade;
    context.lineWidth = thickness;
    context.beginPath();
    context.moveTo(x - ARM, y);
    context.lineTo(x + ARM, y);
    context.moveTo(x, y - ARM);
    context.lineTo(x, y + ARM);
    context.stroke();
  }
}

/**
 * Draw a cross { code: [x, y], view, i } on a sheet, and beside it sample `i` of a view; without a view the cross
 * alone.
 */
export function drawCross({ context, width }, { code, view, i }, look, [x, y]) {
  const [left, top] = [x(code[0]), y(code[1])];
  drawSigns(context, left, top);
  if (!view) return;
  const wide = HEIGHT * aspect(view, look);
  const isRoomy = left + AWAY + wide < width;
  const box = [isRoomy ? left + AWAY : left - AWAY - wide, Math.max(2, top - HEIGHT - AWAY / 2), wide, HEIGHT];
  const [at, under, ...size] = box;
  // A frame sets it off from the points around it.
  context.fillStyle = "#7F7F7F";
  context.fillRect(at - 2, under - 2, size[0] + 4, size[1] + 4);
  drawSample(context, view, i, look, box);
}
