// The table of panels: one for each view of a run, drawn when the run's snapshot has that view.

import { clusters, codes, trajectory } from "./panel_codes.js";
import { plane } from "./panel_plane.js";
import { progress } from "./panel_progress.js";
import { samples, strip } from "./panel_samples.js";
import { escaped } from "./text.js";

/**
 * Each panel has a name; a title; `shown(views, data)`, whether it can be drawn; `note(state)`, what its caption says
 * beside the title; `draw(canvas, state)`, which may return where samples are, [{ i, box }]. It may have a `help`, what
 * the title means; a `head` between caption and picture, to which it may `listen`; a `text(state)` below the picture;
 * the whole width.
 */
export const PANELS = [progress, plane, codes, clusters, trajectory, samples, strip];

/** A panel's frame, in which its picture is drawn. */
function html(panel, state) {
  const help = escaped(panel.help?.(state) ?? "");
  const caption = `<figcaption title="${help}">${panel.title(state)}<small></small></figcaption>`;
  const text = panel.text ? "<p></p>" : "";
  const classes = panel.wide ? "wide" : "";
  const head = panel.head?.(state) ?? "";
  return `<figure class="${classes}" data-panel="${panel.name}">${caption}${head}<canvas></canvas>${text}</figure>`;
}

/** The frame of a panel that is drawn. */
function figureOf(panel, grid) {
  return grid.querySelector(`[data-panel="${panel.name}"]`);
}

/** Draw what the newest snapshot has a view for; the frames stay as long as the same panels are shown. */
export function drawPanels(grid, state) {
  const { data, snapshot } = state;
  // A run that cannot be read shows why, and no pictures that nobody knows how to draw.
  const panels = data.look ? PANELS.filter((panel) => panel.shown(snapshot.views, data)) : [];
  const wanted = panels.map((panel) => panel.name).join(" ");
  if (grid.dataset.panels !== wanted) {
    grid.dataset.panels = wanted;
    const narrow = panels.filter((panel) => !panel.wide).length;
    // Four fit better two by two than in a row, and more than four three by three.
    grid.style.setProperty("--columns", narrow === 4 ? 2 : Math.min(narrow, 3));
    grid.innerHTML = panels.map((panel) => html(panel, state)).join("");
    for (const panel of panels) panel.listen?.(figureOf(panel, grid), state);
  }
  for (const panel of panels) {
    const figure = figureOf(panel, grid);
    const canvas = figure.querySelector("canvas");
    const note = panel.note(state);
    if (figure.dataset.note !== note) {
      figure.dataset.note = note;
      figure.querySelector("small").innerHTML = note;
    }
    const text = panel.text?.(state);
    if (figure.dataset.text !== text) {
      figure.dataset.text = text;
      figure.querySelector("p").textContent = text;
    }
    panel.draw(canvas, state);
  }
}
