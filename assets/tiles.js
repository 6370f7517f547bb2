// Samples beside each other, in rows or as a wall; each becomes a tile { view, i, name, box }.

import { prepare } from "./canvas.js";
import { aspect, drawSample, relativeHeight } from "./looks.js";

// CSS pixels for the names of rows, and for a note below a sample.
const NAME = 104;
export const NOTE = 16;
// CSS pixels between the samples of a strip.
const GAP = 3;
// The fewest samples in a row of a strip.
const FEWEST = 4;

/** A note of a few words in the middle below a tile's box, cut off where it would reach into the next. */
function drawNote(context, note, [x, y, width, height]) {
  const fits = (text) => context.measureText(text).width <= width + 2;
  let kept = note.length;
  while (kept > 0 && !fits(`${note.slice(0, kept)}…`)) kept--;
  const text = fits(note) ? note : `${note.slice(0, kept)}…`;
  context.textAlign = "center";
  context.fillText(text, x + width / 2, y + height + 12);
  context.textAlign = "left";
}

/**
 * How rows of samples [{ view, name, notes }] lie on a canvas: of their views no more than the shape needs to be known.
 * All are as high as the `whole`.
 */
export function layRows(canvas, rows, look, size, gap) {
  const names = rows.some((row) => row.name) ? NAME : 0;
  const [{ view: first }] = rows;
  const ratio = aspect(first, look);
  const wanted = size * relativeHeight(first, look) * ratio;
  const count = Math.max(1, Math.min(first.shape[0], Math.floor((canvas.clientWidth - names) / (wanted + gap))));
  // The row fills the width up to half as much again: the size that was asked for says how many fit.
  const width = Math.min(1.5 * wanted, (canvas.clientWidth - names) / count - gap);
  const height = width / ratio;
  const tops = [0];
  for (const { notes } of rows) tops.push(tops.at(-1) + height + gap + (notes?.length ? NOTE : 0));
  return { names, count, width, height, tops, whole: Math.ceil(tops.at(-1)) };
}

/**
 * Rows of samples [{ view, name, notes }], one below the other, as many columns as fit, a row's notes below its samples
 * where it has any; returns the tiles. Where not all fit these are the first, or with `isWhole` some from the first to
 * the last.
 */
export function drawRows(canvas, rows, look, size, gap, isWhole = false) {
  const [{ view: first }] = rows;
  const { names, count, width, height, tops, whole } = layRows(canvas, rows, look, size, gap);
  const { context } = prepare(canvas, whole);
  const tiles = rows.flatMap(({ view, name }, r) =>
    Array.from({ length: count }, (_, column) => {
      const i = isWhole ? Math.round((column * (first.shape[0] - 1)) / Math.max(1, count - 1)) : column;
      return { view, i, name, box: [names + column * (width + gap), tops[r], width, height] };
    }),
  );
  rows.forEach(({ name, notes }, r) => {
    if (name) context.fillText(name, 0, tops[r] + height / 2 + 4);
    if (!notes?.length) return;
    for (const { i, box } of tiles.slice(r * count, (r + 1) * count)) drawNote(context, notes[i], box);
  });
  for (const { view, i, box } of tiles) drawSample(context, view, i, look, box);
  return tiles;
}

/**
 * Rows of samples [{ view, name }], one below the other, on all of a canvas: where it is high, the rows come again with
 * further samples, and few samples go all the way across. Samples are about `wanted` CSS pixels high.
 * Returns the tiles.
 */
export function drawStrip(canvas, rows, look, wanted) {
  const { context, width, height } = prepare(canvas);
  const [{ view: first }] = rows;
  const ratio = aspect(first, look);
  const names = Math.max(...rows.map((row) => context.measureText(row.name).width)) + 2 * GAP;
  const fit = (lines) => {
    const size = Math.min(height / lines / rows.length - GAP, (width - names) / FEWEST / ratio - GAP);
    return { lines, size, columns: Math.max(1, Math.floor((width - names) / (size * ratio + GAP))) };
  };
  const [count] = first.shape;
  let layout = fit(Math.max(1, Math.floor(height / rows.length / (wanted * relativeHeight(first, look) + GAP))));
  while (layout.lines > 1 && layout.lines * layout.columns > count) layout = fit(layout.lines - 1);
  const { lines, size, columns } = layout;
  // Too few for one line stand as far apart as they have room for.
  const across = count < columns ? (width - names) / count : size * ratio + GAP;
  const tiles = [];
  for (let i = 0; i < Math.min(count, lines * columns); i++) {
    const [line, column] = [Math.floor(i / columns), i % columns];
    rows.forEach(({ view, name }, r) => {
      const top = (line * rows.length + r) * (size + GAP) + (line ? GAP * line : 0);
      const box = [names + column * across, top, size * ratio, size];
      if (!column) context.fillText(name, 0, top + size / 2 + 4);
      drawSample(context, view, i, look, box);
      tiles.push({ view, i, name, box });
    });
  }
  return tiles;
}

/**
 * How many `columns` of samples, and how many of them, fill a box, each about `wanted` CSS pixels high or more. Where
 * so many classes come `inTurn`, each column is of one of them, if there are two samples of each.
 */
export function fitWall(view, look, [width, height], wanted, inTurn = 1) {
  const ratio = aspect(view, look);
  const [count] = view.shape;
  const sizeIn = (columns) => Math.min(width / columns / ratio, height / Math.ceil(count / columns));
  const step = 2 * inTurn <= count ? inTurn : 1;
  let columns = step;
  for (let more = 2 * step; more <= count; more += step) if (sizeIn(more) > sizeIn(columns)) columns = more;
  const size = wanted * relativeHeight(view, look);
  if (sizeIn(columns) >= size) return { columns, count };
  columns = step * Math.max(1, Math.floor(width / size / ratio / step));
  return { columns, count: Math.min(count, columns * Math.max(1, Math.floor(height / size))) };
}

/**
 * The first `most` samples in a grid of `columns` inside [left, top, width, height], a note below each; returns the
 * tiles.
 */
export function drawWall(context, view, look, columns, [left, top, width, height], most = Infinity, notes = []) {
  const count = Math.min(view.shape[0], most);
  const under = notes.length ? NOTE : 0;
  const ratio = aspect(view, look);
  const size = Math.min(width / columns / ratio, height / Math.ceil(count / columns) - under);
  const margin = (width - size * ratio * columns) / 2;
  const tiles = Array.from({ length: count }, (_, i) => {
    const x = left + margin + (i % columns) * size * ratio;
    const y = top + Math.floor(i / columns) * (size + under);
    return { view, i, name: "", box: [x, y, size * ratio - 2, size - 2] };
  });
  for (const { i, box } of tiles) {
    drawSample(context, view, i, look, box);
    if (notes.length) drawNote(context, notes[i], box);
  }
  return tiles;
}
