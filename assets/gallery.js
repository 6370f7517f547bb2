// The gallery: samples that stand still, in named rows or as a wall, a note below each where there are any. Walls that
// follow one another are seen one at a time, under a slider.

import { BOTTOM, drawNumbers, LEFT, TOP } from "./axes.js";
import { describe, prepare, whenResized } from "./canvas.js";
import { amongSpots, letSelect, toggled } from "./lasso.js";
import { drawPriorOver, scaleOver } from "./lattice.js";
import { aspect, present, relativeHeight } from "./looks.js";
import { Player, playerHtml } from "./player.js";
import { choose, chosenOf, frame, standing } from "./selection.js";
import { BYTES, unpack } from "./snapshot.js";
import { letGoAmong } from "./tile_keys.js";
import { drawRows, drawWall, NOTE } from "./tiles.js";
import { Over } from "./walked.js";

// The least width of a sample on a wall in CSS pixels, and of one with a note: where a page is too narrow, a wall has
// fewer columns.
const [SMALLEST, NOTED] = [20, 52];

/** Around a wall of decoded codes the numbers of its `ground`, and over it the prior; returns its scale. */
function drawGround(context, tiles, { low, high, latents, prior }) {
  const scale = scaleOver(tiles, low, high);
  drawNumbers(context, [low, high], scale);
  drawPriorOver(context, prior, latents, scale, 1.6);
  return scale;
}

/** A player over walls, each shown by `show(i)`, that begins with the last of them. */
function followed(film, walls, show) {
  const player = new Player(film, (i) => {
    show(i);
    return walls[i].name;
  });
  player.take(walls.length);
  player.go(walls.length - 1);
  return player;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  const { look, size, ground, places, whole, walked } = data;
  const selected = standing(data.selected);
  const keyed = root.keys?.at() ?? -1;
  const walkable = `<div class="plot"><canvas></canvas><canvas class="marks" aria-hidden="true"></canvas></div>`;
  root.innerHTML = (data.along ? playerHtml(data.along) : "") + (walked ? walkable : "<canvas></canvas>");
  const [canvas, sheet] = root.querySelectorAll("canvas");
  root.over?.end();
  root.over = walked && new Over(canvas, sheet, walked);
  // What is drawn, each sample by its index in plots; and what is selected there.
  let [spots, chosen] = [[], chosenOf(selected)];
  const rows = data.rows.map((row) => {
    const view = { values: unpack(row.values, Uint8Array), shape: row.shape, range: BYTES };
    return { name: row.name, view, notes: row.notes };
  });
  const named = rows.map(({ name, view, notes }) => {
    return [`${view.shape[0]} samples`, name, notes.join(", ")].filter(Boolean).join(": ");
  });
  let shown = 0;
  const wall = () => {
    const { view, notes } = rows[shown];
    const [left, top, bottom] = ground ? [LEFT, TOP, BOTTOM] : [0, 0, 0];
    // As wide as the page gives, but no sample larger than it needs to be.
    const room = canvas.clientWidth - left;
    const ratio = aspect(view, look);
    const least = Math.max(notes.length ? NOTED : 0, SMALLEST * ratio);
    // A plane has as many columns as it was decoded in.
    const most = ground ? data.columns : Math.max(1, Math.floor(room / least));
    const columns = Math.min(data.columns, most);
    const lines = Math.ceil(view.shape[0] / columns);
    const box = Math.min(size * relativeHeight(view, look), room / columns / ratio);
    const { context, width, height } = prepare(canvas, lines * (box + (notes.length ? NOTE : 0)) + top + bottom);
    const place = [left, top, width - left, height - top - bottom];
    const tiles = drawWall(context, view, look, columns, place, Infinity, notes);
    const scale = ground && drawGround(context, tiles, ground);
    root.over?.draw(scale);
    return tiles;
  };
  const paint = () => {
    describe(canvas, data.along ? named[shown] : named.join("; "));
    const tiles = data.columns === null ? drawRows(canvas, rows, look, size, 4, whole) : wall();
    present(canvas, tiles, look, paint);
    // Those that no plot draws have no place.
    spots = tiles.flatMap(({ i, name, box }) => (places[i] >= 0 ? [{ i: places[i], name, box }] : []));
    frame(canvas, spots, chosen);
    root.dataset.samples = rows[0].view.shape[0];
  };
  const player = data.along
    ? followed(root.querySelector(".film"), rows, (i) => {
        shown = i;
        paint();
      })
    : null;
  if (places.length) {
    const select = (indices) => {
      chosen = chosenOf(choose(selected.samples, indices, setTriggerValue));
      paint();
    };
    letSelect(canvas, { among: () => amongSpots(spots), chosen: () => chosen, select });
    // Sounds have keys of their own, which play them.
    if (look.kind !== "sound") {
      root.keys = letGoAmong(
        canvas,
        () => spots,
        (i) => select(toggled(i, chosen)),
      );
    }
  }
  // All is drawn anew when something is selected: keys are where they were.
  if (keyed >= 0) {
    paint();
    root.keys.go(keyed);
    canvas.focus();
  }
  const resized = whenResized(root, paint);
  return () => {
    player?.stop();
    resized.disconnect();
    root.over?.end();
  };
}
