// Selected samples: they keep their colours and lie on top of the others, which are grey, and are framed in galleries.

import { Echo } from "./echo.js";

// Of samples that are not selected: seen on light and on dark pages, and without a hue.
export const FADED = "#7F7F7F48";
// The least width in CSS pixels of what is framed; smaller boxes get a circle of this radius.
const RING = 7;
// The sets of the lists of indices that were asked for.
const sets = new WeakMap();
// What is selected of each samples, `selected`, and what the page knows of it, `echo`: one for all pictures of them.
const known = new Map();

/** What is selected of `samples`, of which the page says `indices`: the hand knows better what it was not told yet. */
export function standing({ samples, indices }) {
  const said = indices.join();
  if (!known.has(samples)) known.set(samples, { echo: new Echo(said), selected: { samples, indices } });
  const own = known.get(samples);
  if (own.echo.isNews(said)) own.selected = { samples, indices };
  // A page that knows of these knows that of the others nothing is selected, whether they are drawn on it or not.
  if (own.selected.indices.length && own.echo.isSettled) for (const { echo } of known.values()) echo.settle();
  return own.selected;
}

/** Select `indices` of some `samples`, and nothing of any others, and tell the page; returns what is selected now. */
export function choose(samples, indices, setTriggerValue) {
  for (const [each, of] of known) {
    of.selected = { samples: each, indices: each === samples ? indices : [] };
    of.echo.tell(of.selected.indices.join());
  }
  const { selected } = known.get(samples);
  setTriggerValue("selected", selected);
  return selected;
}

/** Which samples of a plot are selected, as a set of their indices; null where none is, and none is grey. */
export function chosenOf(selected) {
  if (!selected?.indices.length) return null;
  const { indices } = selected;
  if (!sets.has(indices)) sets.set(indices, new Set(indices));
  return sets.get(indices);
}

/** The colour of sample `i`: its own, or grey where others are chosen. */
export function shade(colour, i, chosen) {
  return chosen && !chosen.has(i) ? FADED : colour;
}

/** The indices of `count` samples in the order in which they are drawn: the chosen ones last, on top. */
export function inOrder(count, chosen) {
  const isOnTop = new Uint8Array(count);
  for (const i of chosen ?? []) isOnTop[i] = 1;
  const order = new Uint32Array(count);
  let next = 0;
  for (const layer of [0, 1]) for (let i = 0; i < count; i++) if (isOnTop[i] === layer) order[next++] = i;
  return order;
}

/** Outline boxes [x, y, width, height] on a canvas so that it is seen on any picture, small ones by a circle. */
export function outline(canvas, boxes) {
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const [front, back] = ["--st-text-color", "--st-background-color"].map((name) => style.getPropertyValue(name));
  for (const [x, y, width, height] of boxes) {
    for (const [colour, thickness] of [
      [back, 5],
      [front, 2],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.beginPath();
      if (width > RING) context.rect(x, y, width, height);
      else context.arc(x + width / 2, y + height / 2, RING, 0, 6.283);
      context.stroke();
    }
  }
}

/** Frame those of a canvas' tiles [{ i, box }] that are chosen. */
export function frame(canvas, tiles, chosen) {
  if (!chosen) return;
  outline(
    canvas,
    tiles.filter(({ i }) => chosen.has(i)).map(({ box }) => box),
  );
}

/** What says which validation samples a run's plots draw. */
export function samplesOf(run) {
  return run.data.selected.samples;
}

/** Which of a run's validation samples are selected. */
export function chosenIn(run) {
  return chosenOf(run.data.selected);
}

/** Select `indices` of some `samples` in all `runs` that draw them, and tell the page. */
export function select(runs, samples, indices, setTriggerValue) {
  const selected = choose(samples, indices, setTriggerValue);
  for (const run of runs) if (samplesOf(run) === samples) run.data = { ...run.data, selected };
}

/** What the page says of a run, with what is selected now. */
export function withSelection(data) {
  return { ...data, selected: standing(data.selected) };
}
