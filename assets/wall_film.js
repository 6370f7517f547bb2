// The time slider of several runs: all at the same share of their steps, with play, its speed, and what saves it.

import { SAVE_HTML } from "./film_save.js";

// Positions on the slider; of many runs fewer, so that a browser can hold all their pictures.
const POSITIONS = { few: 32, many: 16 };
const MANY = 12;
// Networks change most at first: so many times as much time passes at the end of the slider as at its begin.
const STRETCH = 50;
// Positions a second.
const SPEEDS = { slow: 4, normal: 8, fast: 16 };

export const FILM_HTML =
  `<button type="button" class="play" aria-label="Play">▶</button>` +
  `<label class="time">Time<input type="range" min="0" step="1" aria-label="Time, as a share of each run's steps">` +
  `<output></output></label>` +
  `<select class="speed" aria-label="Speed">${Object.keys(SPEEDS)
    .map((name) => `<option>${name}</option>`)
    .join("")}</select>${SAVE_HTML}`;

/** The last position on the slider of so many runs, which is now. */
function end(count) {
  return count > MANY ? POSITIONS.many : POSITIONS.few;
}

/** The share of its steps at which each of so many runs is shown at a position of the slider; null is now. */
export function shareAt(position, count) {
  if (position === null || position >= end(count)) return null;
  return ((STRETCH + 1) ** (position / end(count)) - 1) / STRETCH;
}

/** The step of a run at a share of its steps; null is now. */
export function stepAt(run, share) {
  return share === null || !run.status ? null : share * run.status.steps;
}

/** A share as people read it. */
function told(share) {
  if (share === null) return "now";
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** The film of a wall as it is saved: see film_save.js. */
export function filmed(wall) {
  const { root } = wall;
  const shareOf = (position) => shareAt(position, wall.runs.size);
  return {
    elements: () => [".note", wall.mode === "knob" ? ".knob" : ".tiles"].map((part) => root.querySelector(part)),
    title: () => [wall.title, wall.mode === "tiles" && wall.panelTitle].filter(Boolean).join(": "),
    frames: () => Array.from({ length: end(wall.runs.size) + 1 }, (_, position) => position),
    ready: async (position) => {
      const wanted = [...wall.runs.values()].map((run) => [run, stepAt(run, shareOf(position))]);
      await Promise.all(wanted.map(([run, step]) => step !== null && run.have(step)));
      return true;
    },
    paint: (position, draw) => {
      const before = wall.position;
      wall.paintAt(position);
      const share = shareOf(position);
      draw(share === null ? "at the end" : `after ${told(share)} of the steps`);
      // All of this is over before the browser's next picture.
      wall.paintAt(before);
    },
  };
}

/**
 * Let the slider of `element` move all `runs()`: `moved(position)` is told where it stands, `rested(time)` where it
 * came to rest, from 0 to 1, which is now. Returns what puts it there, and what stops it.
 */
export function film(element, runs, moved, rested) {
  const [play, slider, speed] = [".play", "input", ".speed"].map((each) => element.querySelector(each));
  let timer = null;
  speed.value = "normal";
  const count = () => runs().length;
  const draw = () => {
    slider.max = end(count());
    element.querySelector("output").textContent = told(shareAt(Number(slider.value), count()));
    play.textContent = timer ? "❚❚" : "▶";
    play.setAttribute("aria-label", timer ? "Pause" : "Play");
  };
  const fetchAll = () => {
    for (let position = 0; position < end(count()); position++) {
      for (const run of runs()) run.fetch(stepAt(run, shareAt(position, count())));
    }
  };
  const go = (position) => {
    slider.value = position;
    draw();
    moved(position >= end(count()) ? null : position);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    draw();
  };
  const rest = () => rested(Number(slider.value) / end(count()));
  const start = () => {
    fetchAll();
    if (Number(slider.value) >= end(count())) go(0);
    const next = () => {
      go(Number(slider.value) + 1);
      if (Number(slider.value) < end(count())) return;
      stop();
      rest();
    };
    timer = setInterval(next, 1000 / SPEEDS[speed.value]);
    draw();
  };
  play.onclick = () => {
    if (!timer) return start();
    stop();
    rest();
  };
  speed.onchange = () => {
    if (!timer) return;
    stop();
    start();
  };
  slider.onpointerenter = fetchAll;
  slider.onfocus = fetchAll;
  slider.oninput = () => {
    if (timer) stop();
    fetchAll();
    go(Number(slider.value));
  };
  slider.onchange = rest;
  slider.max = end(count());
  slider.value = end(count());
  draw();
  return { put: (time) => go(Math.round(time * end(count()))), stop };
}
