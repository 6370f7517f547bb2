// The worker that writes a GIF: a picture with each message, and the whole file after one without.

import { applyPalette, GIFEncoder, quantize } from "./vendor/gifenc.esm.js";

// As many colours as a GIF's picture may have.
const COLOURS = 256;

const gif = GIFEncoder();

self.onmessage = ({ data: { pixels, width, height, delay } }) => {
  if (!pixels) {
    gif.finish();
    const bytes = gif.bytes();
    self.postMessage(bytes, [bytes.buffer]);
    return;
  }
  const palette = quantize(pixels, COLOURS);
  gif.writeFrame(applyPalette(pixels, palette), width, height, { palette, delay });
  self.postMessage(null);
};
