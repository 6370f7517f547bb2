// The slider that is the knob: one run large, below a slider over the swept values, which shows another one at once.

import { samplesOf } from "./selection.js";
import { escaped } from "./text.js";
import { listen } from "./wall_marks.js";
import { onItsWay, setOut } from "./wall_motion.js";
import { drawHead, drawMarks, drawPicture, frameOf, nameTile } from "./wall_tiles.js";

// Milliseconds in which pictures come from one value's to the next one's.
const GLIDE = 200;
// Heights in CSS pixels of a row of samples and of the other pictures, and what a page takes beside both.
const STRIP = 120;
const [LOWEST, HIGHEST, PAGE] = [170, 330, 440];
// How many pictures stand in a row at most; where each has so many CSS pixels, more.
const MOST = 4;
const WIDE = 200;
// Where the sliders stand at a run that has no tile.
const BEYOND = {
  tile: {
    stage: null,
    title: "Not on the wall",
    reason: "A wall follows the first runs of a large sweep, and this is none of them. Click it below to open it.",
  },
};

/** A slider over the values of a swept knob. */
function sliderOf(axis, name) {
  const stops = axis.values.map((value) => `<span>${escaped(value)}</span>`).join("");
  return (
    `<label class="swept">${escaped(axis.title)}<span class="scale"><input type="range" data-axis="${name}" min="0" ` +
    `max="${axis.values.length - 1}" step="1" value="0" aria-label="${escaped(axis.title)}"><span class="stops">` +
    `${stops}</span></span><output></output></label>`
  );
}

/** The sliders of a wall's knobs above one large frame; returns what `drawKnob` needs. */
export function buildKnob(wall, element) {
  const { across, down } = wall;
  const sliders = sliderOf(across, "column") + (down ? sliderOf(down, "row") : "");
  element.innerHTML = `<div class="sliders">${sliders}</div><div class="large"></div>`;
  const knob = { element, place: {}, cell: null, figures: [] };
  for (const input of element.querySelectorAll("input")) {
    input.oninput = () => {
      heed(wall, knob, input);
      wall.repaint();
    };
    input.onchange = () => wall.look({ place: [knob.place.row, knob.place.column] });
  }
  stand(wall, knob);
  return knob;
}

/** Take where a slider stands. */
function heed(wall, knob, input) {
  const { values } = input.dataset.axis === "row" ? wall.down : wall.across;
  knob.place[input.dataset.axis] = Number(input.value);
  input.closest("label").querySelector("output").textContent = values[input.value];
}

/** Put the sliders where the wall's view says. */
export function stand(wall, knob) {
  const [row, column] = wall.view.place;
  knob.place = { row, column };
  for (const input of knob.element.querySelectorAll("input")) {
    input.value = knob.place[input.dataset.axis];
    heed(wall, knob, input);
  }
}

/** One figure for each view, in place of those of a run that had others. */
function buildFigures(wall, knob, panels) {
  const grid = knob.element.querySelector(".views");
  grid.innerHTML = "";
  knob.figures = panels.map((panel) => {
    const figure = document.createElement("figure");
    figure.dataset.panel = panel.name;
    figure.classList.toggle("wide", Boolean(panel.rows));
    figure.innerHTML =
      `<figcaption><span></span><small></small></figcaption>` +
      `<div class="plot"><canvas class="picture" role="img" aria-label="${panel.name}"></canvas>` +
      `<canvas class="marks" aria-hidden="true"></canvas></div>`;
    grid.append(figure);
    const cell = { element: figure, panel, spots: [] };
    listen(wall, figure.querySelector(".picture"), cell, () => ({ of: knob.cell, panel }));
    return cell;
  });
  const narrow = panels.filter((panel) => !panel.rows).length;
  const most = Math.max(MOST, Math.floor(grid.clientWidth / WIDE));
  grid.style.setProperty("--columns", Math.max(1, Math.ceil(narrow / Math.ceil(narrow / most))));
}

/** Put another run into the large frame. */
function change(wall, knob, cell) {
  knob.cell = cell;
  const large = knob.element.querySelector(".large");
  const frame = frameOf(cell.tile);
  if (cell.run) {
    const plot = frame.querySelector(".plot");
    plot.replaceWith(plot.querySelector(".reason"));
    nameTile(wall, frame, cell.tile);
    frame.append(large.querySelector(".views") ?? Object.assign(document.createElement("div"), { className: "views" }));
  }
  large.replaceChildren(frame);
  if (!cell.run) knob.figures = [];
}

/** Draw the run at the sliders' place. */
export function drawKnob(wall, knob, atOnce) {
  const { row, column } = knob.place;
  const cell = wall.cells.find(({ tile }) => tile.row === row && tile.column === column) ?? BEYOND;
  const before = knob.cell?.run;
  const hasChanged = cell !== knob.cell;
  if (hasChanged) change(wall, knob, cell);
  const { run } = cell;
  if (!run) return;
  const state = wall.stateOf(cell);
  drawHead(knob.element.querySelector(".tile"), run, state.snapshot, wall.share);
  if (!state.snapshot || !run.data.look) return;
  const panels = wall.panels.filter((panel) => panel.shown(state.snapshot.views, run.data));
  const names = (list) => list.map((panel) => panel.name).join(" ");
  if (names(knob.figures.map(({ panel }) => panel)) !== names(panels)) buildFigures(wall, knob, panels);
  const isSame = before && samplesOf(before) === samplesOf(run);
  setOut(knob, state, atOnce || !isSame, hasChanged ? GLIDE : undefined);
  for (const { panel, element } of knob.figures) {
    element.querySelector("figcaption span").textContent = panel.title(state);
    const note = panel.note(state);
    if (element.dataset.note === note) continue;
    element.dataset.note = note;
    element.querySelector("small").innerHTML = note;
  }
  drawFigures(wall, knob);
  knob.element.dataset.changes = Number(knob.element.dataset.changes || 0) + Number(hasChanged);
}

/** Draw the pictures of the large frame where they are on their way. */
export function drawFigures(wall, knob) {
  const state = onItsWay(knob);
  const height = Math.max(LOWEST, Math.min(HIGHEST, window.innerHeight - PAGE));
  for (const figure of knob.figures) {
    drawPicture(figure, figure.panel, state, figure.panel.rows ? STRIP : height);
    drawMarks(figure, wall.markedIn(knob.cell, figure.panel));
  }
}
