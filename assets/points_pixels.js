// Points by the processor alone: sprites are stamped into the pixels of an image.

import { remembered } from "./remembered.js";

// Every second byte of a pixel: red and blue, and after a shift green and opacity.
const EVERY_SECOND = 0xff00ff;

/** The pixels of each sprite that are not empty: their places in its square, and their colours times their opacity. */
function stampsOf({ canvas, side }, opacity) {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return Array.from({ length: (2 * width) / side }, (_, cell) => {
    const [left, top] = [(cell >> 1) * side, (cell % 2) * side];
    const [places, colours] = [[], []];
    for (let place = 0; place < side * side; place++) {
      const at = 4 * ((top + Math.floor(place / side)) * width + left + (place % side));
      const share = (opacity * data[at + 3]) / 255;
      if (share === 0) continue;
      places.push(place);
      const [red, green, blue] = data.subarray(at, at + 3).map((value) => share * value);
      colours.push((Math.round(255 * share) << 24) | (blue << 16) | (green << 8) | red);
    }
    return { places, colours: Int32Array.from(colours) };
  });
}

const opacitiesOf = remembered(() => new Map());

/** The stamps of sprites at an opacity on an image so wide: how far their pixels lie apart, and their colours. */
function stampsFor(sprites, opacity, width) {
  const known = opacitiesOf(sprites);
  if (!known.has(opacity)) known.set(opacity, stampsOf(sprites, opacity));
  const { side } = sprites;
  return known.get(opacity).map(({ places, colours }) => {
    return { offsets: Int32Array.from(places, (at) => Math.floor(at / side) * width + (at % side)), colours };
  });
}

/** Lay a stamp over pixels from `at` on: what lies above hides its share of what lies below (Porter & Duff 1984). */
function lay(pixels, at, { offsets, colours }) {
  for (let k = 0; k < offsets.length; k++) {
    const above = colours[k];
    const below = pixels[at + offsets[k]];
    const through = 256 - (above >>> 24);
    const even = (Math.imul(below & EVERY_SECOND, through) >>> 8) & EVERY_SECOND;
    const odd = Math.imul((below >>> 8) & EVERY_SECOND, through) & ~EVERY_SECOND;
    pixels[at + offsets[k]] = above + (even | odd);
  }
}

/** Divide the colours of pixels by their opacity, which they were multiplied by. */
function divide(pixels) {
  for (let k = 0; k < pixels.length; k++) {
    const pixel = pixels[k];
    if (pixel === 0) continue;
    const by = 255 / (pixel >>> 24);
    const red = Math.min(255, (pixel & 255) * by);
    const green = Math.min(255, ((pixel >>> 8) & 255) * by);
    const blue = Math.min(255, ((pixel >>> 16) & 255) * by);
    pixels[k] = (pixel & 0xff000000) | (blue << 16) | (green << 8) | red;
  }
}

export class Pixels {
  constructor() {
    this.canvas = new OffscreenCanvas(1, 1);
  }

  /** The picture of points so wide and high in pixels: see `drawSprites`. */
  draw([width, height], { begin, end, part }, sprites, { cells, order }, opacity) {
    // With an edge as wide as a sprite, so that none reaches beyond it.
    const { side } = sprites;
    const image = new ImageData(width + 2 * side, height + 2 * side);
    const pixels = new Int32Array(image.data.buffer);
    const stamps = stampsFor(sprites, opacity, image.width);
    const [left, top, right, down] = end.scale.map((value) => part * value);
    const [oldLeft, oldTop, oldRight, oldDown] = begin.scale.map((value) => (1 - part) * value);
    const [was, is] = [begin.values, end.values];
    for (let k = 0; k < order.length; k++) {
      const i = order[k];
      const x = oldLeft + left + oldRight * was[2 * i] + right * is[2 * i];
      const y = oldTop + top + oldDown * was[2 * i + 1] + down * is[2 * i + 1];
      const column = Math.round(x + side / 2);
      const row = Math.round(y + side / 2);
      // What is no number is nowhere.
      if (!(column >= 0 && row >= 0 && column <= width + side && row <= height + side)) continue;
      lay(pixels, row * image.width + column, stamps[cells[i]]);
    }
    divide(pixels);
    const { canvas } = this;
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    canvas.getContext("2d").putImageData(image, -side, -side);
    return canvas;
  }
}
