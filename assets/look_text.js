// Samples that look like words: one-hot characters, the paler the less sure they are.

import { drawGround } from "./canvas.js";
import { PALEST } from "./protocol.js";
import { share } from "./snapshot.js";

// The most characters in a line of text and the most lines, and how wide a character is, in shares of the font's size.
const LINE = 24;
const LINES_OF_TEXT = 6;
const CHARACTER = 0.62;
// The margins of a word and the height of a line, in shares of the font's size.
const [LEFT, TOP, HIGH] = [0.4, 0.175, 1.25];

/** Lines of characters that the words of a view (N, T, F) take; their size with margins, in shares of the font's. */
export function layout(view) {
  const steps = view.shape[1];
  const [columns, lines] = [Math.min(steps, LINE), Math.min(Math.ceil(steps / LINE), LINES_OF_TEXT)];
  return { columns, room: columns * lines, width: columns * CHARACTER + 2 * LEFT, height: lines * HIGH + 2 * TOP };
}

/** The characters of word `i`, each with its value's share of the sum of all: how sure it is. */
function spell(view, i, alphabet) {
  const [, steps, features] = view.shape;
  const letters = [...alphabet];
  const word = [];
  for (let step = 0; step < steps; step++) {
    const at = (i * steps + step) * features;
    const shares = letters.map((_, k) => share(view, view.values[at + k]));
    const most = Math.max(...shares);
    const sum = shares.reduce((total, value) => total + value, 0);
    word.push({ letter: letters[shares.indexOf(most)], sure: most / (sum || 1) });
  }
  while (word.length && word.at(-1).letter === " ") word.pop();
  return word;
}

/** A word of one-hot characters (T, F): at each step that of the largest value, the paler the less sure it is. */
export function drawWord(context, view, i, box, look) {
  const [x, y, width, height] = box;
  const { columns, room, ...size } = layout(view);
  const font = Math.min(width / size.width, height / size.height);
  const word = spell(view, i, look.alphabet);
  if (word.length > room) word.splice(room - 1, Infinity, { letter: "…", sure: 1 });
  drawGround(context, box, 0.08);
  context.font = `${font}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace`;
  context.textAlign = "center";
  word.forEach(({ letter, sure }, step) => {
    const [column, line] = [step % columns, Math.floor(step / columns)];
    context.globalAlpha = PALEST + (1 - PALEST) * sure;
    context.fillText(letter, x + font * (LEFT + CHARACTER * (column + 0.5)), y + font * (1.1 + HIGH * line));
  });
}

/** The words on a canvas, for those who have it read to them. */
export function presentWords(canvas, tiles, look) {
  const spelled = ({ view, i }) => spell(view, i, look.alphabet).map(({ letter }) => letter);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", tiles.map((tile) => spelled(tile).join("")).join(", "));
}

/** Where the characters of a word stand in a box [x, y, width, height]. */
export function characterPlaces(view, [x, y, width]) {
  const { columns, room, width: wide } = layout(view);
  const font = width / wide;
  return Array.from({ length: Math.min(room, view.shape[1]) }, (_, step) => {
    const [column, line] = [step % columns, Math.floor(step / columns)];
    return [x + font * (LEFT + CHARACTER * column), y + font * (TOP + HIGH * line), font * CHARACTER, font * HIGH];
  });
}
