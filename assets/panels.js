// The table of panels: one for each view of a run, drawn when the run's snapshot has that view; and where each stands.

import { describe } from "./canvas.js";
import { letEnlarge } from "./enlarge.js";
import { amongSpots, letSelect, toggled } from "./lasso.js";
import { clusters, codes, trajectory } from "./panel_codes.js";
import { decoded } from "./panel_decoded.js";
import { plane } from "./panel_plane.js";
import { progress } from "./panel_progress.js";
import { fitted, samples, strip, units } from "./panel_samples.js";
import { letPeek } from "./peek.js";
import { chosenOf } from "./selection.js";
import { letGoAmong } from "./tile_keys.js";

/**
 * Each panel has a name; a title; `shown(views, data)`, whether it can be drawn; `note(state)`, what its caption says
 * beside the title; `draw(canvas, state)`, which may return where samples are, [{ i, box }]. Where these are validation
 * samples, it `isOfData`, and they can be selected; where it `isOfMade`, tiles of what the run makes, { view, i, name,
 * box }, which can be seen larger. It may have a `help`, what the title means; a `head` in the caption, to which it may
 * `listen`; and `missing(views)`, a sentence for runs that might be shown, but are too old.
 *
 * Where it stands: the one that `teaches(views)` most is the largest, the others that teach share the side, the curves
 * below them. A panel of `rows(state)` of samples is as wide as all, unless the side has room for it, as it has none
 * where pictures of a ghost stand beside those of the run.
 */
export const PANELS = [plane, trajectory, codes, clusters, decoded, units, samples, fitted, strip, progress];

/** A panel's frame, in which its picture is drawn. */
function html(panel, state) {
  const caption = `<figcaption>${panel.title(state)}<small></small>${panel.head?.(state) ?? ""}</figcaption>`;
  return `<figure data-panel="${panel.name}">${caption}<canvas></canvas></figure>`;
}

/** Whether pictures of the ghost stand beside those of the run, or will. */
function isPaired({ ghost }) {
  return Boolean(ghost);
}

/** The views of a run that has no picture yet: there is nothing in them. */
function toCome({ data }) {
  return Object.fromEntries(data.foreseen.map((name) => [name, { values: [], shape: [0] }]));
}

/** The frames of all panels that are shown, each in its place. */
function arranged(panels, state) {
  const { views } = state.snapshot;
  const frames = (chosen) => chosen.map((panel) => html(panel, state)).join("");
  const teaching = panels.filter((panel) => panel.teaches);
  const [main, ...others] = teaching.toSorted((a, b) => b.teaches(views) - a.teaches(views));
  const rows = panels.filter((panel) => panel.rows);
  const isRoomy = !others.length && !isPaired(state);
  const pictures = [...others, ...(isRoomy ? rows : [])];
  const rest = panels.filter((panel) => !panel.teaches && !panel.rows);
  const side = `<div class="pictures">${frames(pictures)}</div>${frames(rest)}`;
  return (
    `<div class="upper"><div class="main">${frames(main ? [main] : [])}</div><div class="aside">${side}</div></div>` +
    `<div class="lower">${isRoomy ? "" : frames(rows)}</div>`
  );
}

/** Whether a panel is asked for and can be drawn. */
function isShown(panel, views, data) {
  return data.panels.includes(panel.name) && panel.shown(views, data);
}

/** The frame of a panel that is drawn. */
function figureOf(panel, grid) {
  return grid.querySelector(`[data-panel="${panel.name}"]`);
}

/** Let a panel's picture be touched, and samples be selected in it, unless it is one of a recording. */
function listen(panel, figure, state) {
  if (!state.select) return;
  panel.listen?.(figure, state);
  if (panel.isOfMade) letEnlarge(figure, state);
  const canvas = figure.querySelector("canvas");
  const chosen = () => chosenOf(state.data.selected);
  const select = panel.isOfData ? state.select : null;
  // Some have keys of their own: a cross among codes, sounds that are played.
  const isFree = (select || panel.isOfMade) && canvas.tabIndex < 0 && state.data.look.kind !== "sound";
  if (isFree) letGoAmong(canvas, () => figure.spots ?? [], select && ((i) => select(toggled(i, chosen()))));
  if (!panel.isOfData) return;
  letPeek(figure, state);
  letSelect(canvas, { among: () => amongSpots(figure.spots), chosen, select });
}

/** What a panel's caption says beside its title, and how many samples are selected. */
function noteOf(panel, state) {
  const chosen = panel.isOfData ? chosenOf(state.data.selected) : null;
  const count = chosen ? `<b>${chosen.size.toLocaleString("en")} selected</b> · ` : "";
  return count + panel.note(state);
}

/** Have the frames of the panels that are shown, or will be; they stay as long as these, which it returns, do. */
export function layOut(grid, state) {
  const { data, ghost, select } = state;
  const known = { data, ghost, select, snapshot: state.snapshot ?? { views: toCome(state) } };
  // A run that cannot be read shows why, and no pictures that nobody knows how to draw.
  const panels = data.look ? PANELS.filter((panel) => isShown(panel, known.snapshot.views, data)) : [];
  const wanted = [...panels.map((panel) => panel.name), isPaired(state)].join(" ");
  if (grid.dataset.panels !== wanted) {
    grid.dataset.panels = wanted;
    grid.innerHTML = arranged(panels, known);
    grid.listens = false;
  }
  grid.classList.toggle("paired", isPaired(state));
  grid.style.setProperty("--rows", panels.find((panel) => panel.rows)?.rows(known) ?? 0);
  return panels;
}

/** Draw what the snapshot on screen has a view for. */
export function drawPanels(grid, state) {
  const panels = layOut(grid, state);
  if (!grid.listens) {
    grid.listens = true;
    for (const panel of panels) listen(panel, figureOf(panel, grid), state);
  }
  for (const panel of panels) {
    const figure = figureOf(panel, grid);
    const note = noteOf(panel, state);
    if (figure.dataset.note !== note) {
      figure.dataset.note = note;
      const small = figure.querySelector("small");
      small.innerHTML = note;
      // A caption is one line: all of it, and what its title means, shows under the pointer.
      describe(figure.querySelector("canvas"), `${panel.title(state)}: ${small.textContent.trim()}`);
      const help = panel.help?.(state) ?? "";
      figure.querySelector("figcaption").title = [small.textContent.trim(), help].filter(Boolean).join(". ");
    }
    figure.spots = panel.draw(figure.querySelector("canvas"), state);
    figure.enlarge?.();
  }
}
