// Brush a hole into a sample; the run's model fills it over a socket, at once or by a search that is seen to go on.

import { Asker } from "./asker.js";
import { prepare, whenResized } from "./canvas.js";
import { aspect, drawSample, placesOf, present, relativeHeight } from "./looks.js";
import { letDraw } from "./pen.js";
import { ROLES } from "./protocol.js";
import { BYTES, unpack } from "./snapshot.js";
import { short } from "./text.js";
import { drawWall } from "./tiles.js";

// The largest height and width of the sample that is brushed, in CSS pixels, where a picture would have that height.
const HEIGHT = 190;
const WIDEST = 420;
// How often a search is asked to go on: ten slices are what Uses measures.
const ROUNDS = 10;

const page = (count) => `<div class="hole">
    <figure><figcaption>Brush a hole<small></small></figcaption>
      <canvas class="brushed" role="img" aria-label="The sample, of which the pointer takes parts away"></canvas>
      <label>Sample<input name="sample" type="range" min="1" max="${count}" value="1"><output>1</output></label>
      <label>Brush<input name="brush" type="range" min="0" max="40" value="8"><output>8</output></label>
      <div><button class="standard">Standard hole</button> <button class="clear">No hole</button></div>
    </figure>
    <figure><figcaption>Filled by this model<small></small></figcaption>
      <canvas class="filled" role="img" aria-label="The sample with its hole filled by this model"></canvas>
      <p aria-live="polite"></p></figure>
    <figure><figcaption>Original<small></small></figcaption>
      <canvas class="original" role="img" aria-label="The sample as it was"></canvas></figure>
  </div>`;

/** How far a point is from a box [x, y, width, height], 0 inside it. */
function distance([px, py], [x, y, width, height]) {
  return Math.hypot(Math.max(x - px, 0, px - x - width), Math.max(y - py, 0, py - y - height));
}

/** Sample `i` of a view (N, …) so many times. */
function repeated({ values, shape, range }, i, count) {
  const size = values.length / shape[0];
  const all = new Uint8Array(count * size);
  for (let k = 0; k < count; k++) all.set(values.subarray(size * i, size * (i + 1)), size * k);
  return { values: all, shape: [count, ...shape.slice(1)], range };
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const identity = JSON.stringify(data);
  if (root.dataset.identity === identity) return root.leave;
  root.dataset.identity = identity;
  root.innerHTML = page(data.shape[0]);
  const [brushed, filled, original] = ["brushed", "filled", "original"].map((name) => root.querySelector(`.${name}`));
  const [sample, brush] = root.querySelectorAll("input");
  const { look } = data;
  const view = { values: unpack(data.samples, Uint8Array), shape: data.shape, range: BYTES };
  const standard = unpack(data.holes, Uint8Array);
  const places = standard.length / data.shape[0];
  const [measure, written] =
    look.kind === "text" ? ["Letters right", (share) => `${Math.round(100 * share)} %`] : ["MSE", (mse) => short(mse)];
  // Of one pass the answer is there at once.
  const searches = data.fills > 1;
  let [missing, answer, rounds, boxes] = [new Set(), null, 0, []];

  const chosen = () => Number(sample.value) - 1;
  const one = (canvas) => {
    const high = HEIGHT * relativeHeight(view, look);
    const width = Math.min(canvas.clientWidth, WIDEST, high * aspect(view, look));
    const sheet = prepare(canvas, width / aspect(view, look));
    const box = [0, 0, width, sheet.height];
    drawSample(sheet.context, view, chosen(), look, box);
    return { ...sheet, box };
  };
  /** The hole in a sample that is drawn in a box; returns the boxes of the sample's places. */
  const holeIn = (context, box) => {
    const places = placesOf(view, look, box);
    context.fillStyle = ROLES.corrupted;
    // One path for all: boxes filled one by one would show their seams.
    context.beginPath();
    for (const place of missing) context.rect(...places[place]);
    context.fill();
    return places;
  };
  const paint = () => {
    one(original);
    const { context, box } = one(brushed);
    boxes = holeIn(context, box);
    // Before there is an answer its place is taken by what is to be filled.
    const samples = answer?.views.samples ?? repeated(view, chosen(), data.fills);
    const wide = filled.clientWidth / samples.shape[0];
    const high = Math.min(HEIGHT * relativeHeight(samples, look), wide / aspect(samples, look));
    const sheet = prepare(filled, high);
    const tiles = drawWall(sheet.context, samples, look, samples.shape[0], [0, 0, sheet.width, high]);
    if (!answer) for (const { box } of tiles) holeIn(sheet.context, box);
    present(filled, tiles, look, paint);
  };
  const say = (text) => {
    root.querySelector("p").textContent = text;
  };
  const asker = new Asker(
    `/probe/${data.run}`,
    (snapshot, milliseconds, question) => {
      if (!missing.size || question.sample !== chosen()) return;
      answer = snapshot;
      // While one brushes, a newer hole waits: this is an answer to the one before.
      const isLast = !asker.waiting;
      if (isLast) rounds += 1;
      const { metrics } = snapshot;
      const goesOn = isLast && searches && rounds < ROUNDS;
      const way = goesOn ? `; searching, ${Math.round((100 * rounds) / ROUNDS)} %` : "";
      say(`${measure} in the hole ${written(metrics.filled)}, of the mean sample ${written(metrics.mean)}${way}`);
      root.dataset.answers = Number(root.dataset.answers || 0) + 1;
      root.dataset.milliseconds = milliseconds.toFixed(1);
      paint();
      if (goesOn) goOn();
    },
    say,
  );
  const goOn = () => {
    const { shape, values } = answer.views.codes;
    const codes = Array.from({ length: shape[0] }, (_, i) => [...values.subarray(i * shape[1], (i + 1) * shape[1])]);
    asker.ask({ sample: chosen(), missing: [...missing], codes });
  };
  const changed = () => {
    rounds = 0;
    if (missing.size) {
      asker.ask({ sample: chosen(), missing: [...missing], codes: [] });
      if (!answer) say(searches ? "Searching …" : "Filling …");
    } else {
      answer = null;
      say("Brush over the sample: the model fills what it does not see.");
    }
    paint();
  };
  const standardHole = () => {
    const hole = standard.subarray(chosen() * places, (chosen() + 1) * places);
    missing = new Set([...hole.keys()].filter((place) => !hole[place]));
    changed();
  };
  letDraw(brushed, (at) => {
    const before = missing.size;
    boxes.forEach((box, place) => {
      if (distance(at, box) <= brush.value) missing.add(place);
    });
    if (missing.size > before) changed();
  });
  sample.oninput = () => {
    sample.nextElementSibling.textContent = sample.value;
    answer = null;
    standardHole();
  };
  brush.oninput = () => {
    brush.nextElementSibling.textContent = brush.value;
  };
  root.querySelector(".standard").onclick = standardHole;
  root.querySelector(".clear").onclick = () => {
    missing = new Set();
    changed();
  };
  standardHole();
  const resized = whenResized(root, paint);
  root.leave = () => {
    resized.disconnect();
    asker.close();
    delete root.dataset.identity;
  };
  return root.leave;
}
