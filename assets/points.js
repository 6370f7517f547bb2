// Many points at once: a sprite at each, by the graphics processor where there is one.

import { Graphics } from "./points_gl.js";
import { Pixels } from "./points_pixels.js";

// What draws by WebGL without a graphics processor, and slower than we do.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

// What draws for the whole page.
let painter = null;

/** A context of WebGL 2 that draws by a graphics processor, or null where there is none. */
function graphics() {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2", { antialias: false, depth: false });
  const names = gl?.getExtension("WEBGL_debug_renderer_info");
  const isSoftware = names && SOFTWARE.test(gl.getParameter(names.UNMASKED_RENDERER_WEBGL));
  return isSoftware ? null : gl;
}

/** The page's painter; where its context was lost, another, and where that is lost at once, one by hand. */
function painterNow() {
  if (!painter || painter.isLost) {
    const gl = graphics();
    painter = gl ? new Graphics(gl) : new Pixels();
    if (painter.isLost) painter = new Pixels();
  }
  return painter;
}

/** One end of a way on the pixels of a canvas: x lies at left + right x and y at top + down y of its scale. */
function inPixels({ values, scale: [x, y] }, { a, d, e, f }) {
  return { values, scale: [e + a * x(0), f + d * y(0), a * (x(1) - x(0)), d * (y(1) - y(0))] };
}

/** A function from a point to its place on an axis of the sheet, in CSS pixels, on its way. */
export function along({ values, scale, from, part }, axis) {
  const to = (i) => scale[axis](values[2 * i + axis]);
  if (!from) return to;
  const was = along(from, axis);
  return (i) => was(i) + part * (to(i) - was(i));
}

/**
 * Draw `sprites` at points: `cells` (N,) say which at each, 2 k for sprite k and 2 k + 1 for its grey one, and `order`
 * which come one after the other. They stand at `values` (N, 2) on a `scale`, or `part` of the way there `from` others.
 */
export function drawSprites(context, { values, scale, from, part = 1 }, sprites, which, opacity) {
  const { width, height } = context.canvas;
  const transform = context.getTransform();
  const end = inPixels({ values, scale }, transform);
  const way = { begin: from ? inPixels(from, transform) : end, end, part };
  const picture = painterNow().draw([width, height], way, sprites, which, opacity);
  context.save();
  context.resetTransform();
  context.globalAlpha = 1;
  context.drawImage(picture, 0, 0, width, height, 0, 0, width, height);
  context.restore();
}
