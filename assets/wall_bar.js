// The bar above a wall: one switch for what all tiles show, the metric of curves, time, and what is to be known of it.

import { isProjected } from "./alignment.js";
import { metricsNow } from "./metric.js";
import { escaped } from "./text.js";
import { FILM_HTML } from "./wall_film.js";

export const BAR_HTML =
  `<div class="wallbar"><div class="chips modes" role="group" aria-label="How runs are shown" hidden>` +
  `<button type="button" data-mode="tiles">Wall</button><button type="button" data-mode="knob">Slider</button></div>` +
  `<div class="chips views" role="group" aria-label="What all tiles show"></div>` +
  `<select class="plotted" aria-label="Metric" hidden></select><div class="film" hidden>${FILM_HTML}</div></div>` +
  `<p class="note"></p>`;

const TURNED = "Where codes have more than two latents, their plane is turned to lie like its neighbour's.";
const QUARTERED = "Mirrored or turned by quarters to lie like its neighbour's.";
const GLIDING = "Each value is a run of its own. Pictures glide from one to the next: nothing was trained between.";

/** Let the bar's buttons and lists choose. */
export function listenToBar(wall) {
  const { root } = wall;
  for (const button of root.querySelectorAll(".modes button")) {
    button.onclick = () => wall.look({ mode: button.dataset.mode });
  }
  root.querySelector(".views").onclick = ({ target }) => {
    const k = [...root.querySelectorAll(".views button")].indexOf(target.closest("button"));
    if (k >= 0) wall.look({ panel: wall.panels[k].name });
  };
  root.querySelector(".plotted").onchange = ({ target }) => {
    wall.look({ metric: target.value });
  };
}

/** The metrics of validation samples that any of the runs has measured, those it is known by first. */
export function measuredOf(runs) {
  const found = new Map();
  for (const { data, history, newest } of runs) {
    const now = metricsNow({ history, snapshot: newest });
    const first = data.headline.map((name) => data.metrics.find((metric) => metric.name === name));
    for (const metric of [...first, ...data.metrics]) if (`test_${metric.name}` in now) found.set(metric.name, metric);
  }
  return [...found.values()];
}

/** Write into an element what it does not say yet: what stays is not drawn anew under a pointer. */
function write(element, markup) {
  if (element.markup === markup) return;
  element.markup = markup;
  element.innerHTML = markup;
}

/** What all tiles show, and what was done to it. */
function noteOf(wall, state) {
  const isTurned = wall.cells.some(({ shown }) => shown?.plane && isProjected(shown));
  if (wall.mode === "knob") return `${GLIDING} ${isTurned ? TURNED : ""}`;
  // A net looks the same however its lattice is turned.
  const lattice = state.data.look.kind === "dot" ? "" : QUARTERED;
  const turned = { codes: TURNED, clusters: TURNED, decoded: lattice }[wall.panel.name] ?? "";
  const note = wall.panel.note(state).trim();
  // A legend, and what is a sentence already, needs no full stop.
  return `${note}${/[.>]$/.test(note) ? "" : "."} ${isTurned ? turned : ""}`;
}

/** Draw the bar of a wall. */
export function drawBar(wall) {
  const { root, mode, panels, panel, measured } = wall;
  const isKnob = mode === "knob";
  for (const button of root.querySelectorAll(".modes button")) {
    button.setAttribute("aria-pressed", button.dataset.mode === mode);
  }
  const drawn = wall.cells.filter(({ shown }) => shown);
  const first = (each) => wall.stateOf(drawn.find(({ shown, run }) => each.shown(shown, run.data)) ?? drawn[0]);
  const titles = panels.map((each) => each.title(first(each)));
  wall.panelTitle = titles[panels.indexOf(panel)];
  const switches = root.querySelector(".views");
  switches.hidden = isKnob;
  write(switches, titles.map((title) => `<button type="button">${escaped(title)}</button>`).join(""));
  switches.querySelectorAll("button").forEach((button, k) => {
    button.setAttribute("aria-pressed", panels[k] === panel);
  });
  const metrics = root.querySelector(".plotted");
  metrics.hidden = measured.length < 2 || !(isKnob || panel?.name === "curves");
  write(metrics, measured.map(({ name, title }) => `<option value="${name}">${escaped(title)}</option>`).join(""));
  metrics.value = wall.plotted?.name;
  root.querySelector(".film").hidden = ![...wall.runs.values()].some(({ status }) => status?.snapshots.length > 1);
  write(root.querySelector(".note"), panel ? noteOf(wall, first(panel)) : "Waiting for the first pictures.");
}
