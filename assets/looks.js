// The table of looks: how a sample is drawn, and how much room it takes.

import { drawLines, stepPlaces } from "./look_curve.js";
import { drawPicture, pixelPlaces } from "./look_picture.js";
import { drawWaveform, presentSounds } from "./look_sound.js";
import { characterPlaces, drawWord, layout, presentWords } from "./look_text.js";

/** How each look is drawn: a box's width for a height of 1, its height beside a picture's, and what else it can do. */
const PAINTERS = {
  picture: {
    ratio: (view) => view.shape.at(-1) / view.shape.at(-2),
    height: () => 1,
    draw: drawPicture,
    places: pixelPlaces,
  },
  curve: { ratio: () => 2, height: () => 1, draw: drawLines, places: stepPlaces },
  text: {
    ratio: (view) => layout(view).width / layout(view).height,
    height: (view) => 0.3 * layout(view).height,
    draw: drawWord,
    places: characterPlaces,
    present: presentWords,
  },
  sound: { ratio: () => 2, height: () => 1, draw: drawWaveform, places: stepPlaces, present: presentSounds },
};

/** Sample `i` of a view (N, …) in the box [x, y, width, height]. */
export function drawSample(context, view, i, look, box) {
  context.save();
  PAINTERS[look.kind].draw(context, view, i, box, look);
  context.restore();
}

/** The boxes of a sample's places in its own box: its pixels, row by row, steps, values or characters. */
export function placesOf(view, look, box) {
  return PAINTERS[look.kind].places(view, box);
}

/** The width of a sample's box for a height of 1. */
export function aspect(view, look) {
  return PAINTERS[look.kind].ratio(view);
}

/** The height of a sample's box where a picture's is 1. */
export function relativeHeight(view, look) {
  return PAINTERS[look.kind].height(view);
}

/** What a canvas offers beside its picture, once its tiles are drawn; `repaint` draws it again. */
export function present(canvas, tiles, look, repaint) {
  PAINTERS[look.kind].present?.(canvas, tiles, look, repaint);
}
