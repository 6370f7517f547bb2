// The tiles of the wall: one for each run, all showing the same view, in a grid where two knobs were swept.

import { measured, metricsNow } from "./metric.js";
import { STATUS } from "./protocol.js";
import { chosenIn } from "./selection.js";
import { escaped, time } from "./text.js";
import { drawMarked, listen } from "./wall_marks.js";

// The least and the largest height of a picture, and the room in CSS pixels that a page and a tile take beside them.
const [LOWEST, HIGHEST] = [104, 300];
const PAGE = 250;
const HEAD = 62;

const TILE =
  `<figcaption><div class="name"><button type="button" class="title"></button>` +
  `<button type="button" class="pin" title="Set this run aside for the Compare page"></button></div>` +
  `<div class="facts"><span class="pill"></span>` +
  `<span class="number"></span><small></small></div></figcaption>` +
  `<div class="bar"><div></div></div>` +
  `<div class="plot"><canvas class="picture" role="img"></canvas>` +
  `<canvas class="marks" aria-hidden="true" hidden></canvas><p class="reason" hidden></p></div>`;

/** How many tiles stand in a row: a few in one, more in a block that is wider than high. */
export function columnsFor(count, width) {
  const wanted = count <= 3 ? count : Math.round(Math.sqrt(1.6 * count));
  return Math.max(1, Math.min(wanted, Math.floor(width / 150)));
}

/** The frame of one tile, or of a hole with its sentence. */
export function frameOf(tile) {
  const element = document.createElement("figure");
  element.className = tile.stage ? "tile" : "tile hole";
  element.setAttribute("aria-label", tile.title);
  element.innerHTML = tile.stage
    ? TILE
    : `<figcaption>${escaped(tile.title)}</figcaption><p>${escaped(tile.reason)}</p>`;
  element.querySelector(".picture")?.setAttribute("aria-label", `What the run ${tile.title} shows`);
  return element;
}

/** A title of a row or a column at its place in the grid. */
function heading(text, row, column) {
  return `<div class="axis" style="grid-row:${row};grid-column:${column}">${escaped(text)}</div>`;
}

/** The titles of rows and columns, and what they are of. */
function headings(across, down) {
  const columns = across.values.map((value, k) => heading(`${across.title} ${value}`, 1, k + 2));
  const rows = down.values.map((value, k) => heading(`${down.title} ${value}`, k + 2, 1));
  return [...columns, ...rows].join("");
}

/** Write what a tile is called, which opens its run, beside a mark that sets it aside. */
export function nameTile(wall, element, tile) {
  const title = element.querySelector(".title");
  title.textContent = tile.title;
  title.title = `${tile.title}: open this run`;
  title.onclick = () => wall.open(tile.stage.run);
  const pin = element.querySelector(".pin");
  pin.setAttribute("aria-label", `Set aside ${tile.title}`);
  pin.onclick = () => wall.setAside(tile.stage.run);
}

/** Build a wall's tiles; returns them as cells { run, tile, element, spots }. */
export function buildTiles(wall, grid, tiles) {
  const { across, down } = wall;
  grid.innerHTML = across && down ? headings(across, down) : "";
  grid.classList.toggle("crossed", Boolean(across && down));
  return tiles.map((tile) => {
    const element = frameOf(tile);
    if (across && down) {
      element.style.gridRow = tile.row + 2;
      element.style.gridColumn = tile.column + 2;
    }
    grid.append(element);
    const cell = { tile, element, run: tile.stage && wall.runs.get(tile.stage.run), spots: [] };
    if (!cell.run) return cell;
    element.dataset.run = tile.stage.run;
    nameTile(wall, element, tile);
    listen(wall, element.querySelector(".picture"), cell, () => ({ of: cell, panel: wall.panel }));
    return cell;
  });
}

/** How high each picture is, so that at least two rows of tiles can be seen at once. */
export function heightOf(grid, cells, columns) {
  const rows = Math.ceil(cells.length / columns);
  const width = grid.clientWidth / columns;
  const room = (window.innerHeight - PAGE) / Math.min(rows, 2) - HEAD;
  return Math.round(Math.max(LOWEST, Math.min(0.75 * width, room, HIGHEST)));
}

/** How far a run is: its step while it moves or time stands elsewhere, else how long it trained. */
function progressOf(run, snapshot, share) {
  const { status } = run;
  if (share !== null && snapshot) return `step ${snapshot.step.toLocaleString("en")}`;
  if (!run.isMoving) return time(status.seconds);
  return `${status.step.toLocaleString("en")} / ${status.steps.toLocaleString("en")}`;
}

/** The validation number that a run is known by, at the step that is shown. */
function numberOf(run, snapshot) {
  const { data, history } = run;
  const now = metricsNow({ history, snapshot });
  const metric = data.metrics.find(({ name }) => data.headline.includes(name) && `test_${name}` in now);
  return metric ? { text: `${metric.title} ${measured(metric, now[`test_${metric.name}`])}`, help: metric.help } : null;
}

/** Write a run's status, its number and its progress above its picture, and why there is none where it is `missing`. */
export function drawHead(element, run, snapshot, share, missing = "") {
  const { status } = run;
  const reason = element.querySelector(".reason");
  reason.textContent = run.gone || [status?.reason, missing].filter(Boolean).join(" ");
  reason.hidden = !reason.textContent;
  reason.title = reason.textContent;
  if (!status) return;
  const pill = element.querySelector(".pill");
  pill.className = `pill ${status.status}`;
  pill.textContent =
    status.status === STATUS.WAITING && status.place ? `waiting, place ${status.place}` : status.status;
  element.querySelector(".pin").setAttribute("aria-pressed", run.data.aside);
  const number = element.querySelector(".number");
  const known = numberOf(run, snapshot);
  number.textContent = known?.text ?? "";
  number.title = known?.help ?? "";
  element.querySelector(".facts small").textContent = progressOf(run, snapshot, share);
  element.querySelector(".bar div").style.width = `${(100 * (snapshot?.step ?? status.step)) / status.steps}%`;
  element.dataset.status = status.status;
}

/** Draw a view of a run into a frame; `cell` remembers where its samples are. */
export function drawPicture(cell, panel, state, height) {
  const picture = cell.element.querySelector(".picture");
  const isShown = state.snapshot && panel?.shown(state.snapshot.views, state.data);
  cell.element.classList.toggle("blank", !isShown);
  cell.spots = [];
  // A picture may take less room than this, and is not given it anew each time: that would lay out the page.
  const room = `${panel?.name} ${height}`;
  if (cell.room !== room || !isShown) picture.style.height = `${height}px`;
  cell.room = isShown && room;
  if (!isShown) return;
  picture.setAttribute("aria-label", `${panel.title(state)}, ${cell.element.getAttribute("aria-label")}`);
  cell.spots = panel.draw(picture, { ...state, room: height }) ?? [];
  picture.classList.toggle("selectable", Boolean(panel.isOfData));
  picture.dataset.selected = chosenIn(state)?.size ?? 0;
  cell.element.dataset.step = state.snapshot.step;
  cell.element.dataset.frames = Number(cell.element.dataset.frames || 0) + 1;
}

/** Mark the sample that is marked on the wall, if this picture shows it. */
export function drawMarks(cell, i) {
  const [picture, marks] = [".picture", ".marks"].map((each) => cell.element.querySelector(each));
  drawMarked(marks, picture, cell.spots, i);
}
