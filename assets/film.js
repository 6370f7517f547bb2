// The film of a run: a slider over the snapshots that were kept, a button that plays them, and one that saves them.

import { PICTURE, SAVE_HTML, Saver } from "./film_save.js";

export const HTML = `<div class="film" hidden>
    <button type="button" class="play" title="Play the run from its first step">▶</button>
    <label>Back in time <input type="range" min="0" value="0" step="1"><output></output></label>
    ${SAVE_HTML}
  </div>`;

/** Where the film stands, as an index of the snapshots: some are given up as others are kept. */
function place(state, last) {
  return state.at === null ? last : state.kept.indexOf(state.nearest(state.at));
}

/** The step that is on screen, and since when its oldest picture is: not all are renewed each time. */
export function steps({ at, snapshot, status }) {
  const words = (step) => step.toLocaleString("en");
  const { step, since } = snapshot;
  return words(at ?? status.step) + ((since ?? step) < step ? `, pictures since ${words(since)}` : "");
}

/** Write how far the film reaches and where it stands. */
export function drawFilm(film, state) {
  const last = state.kept.length - 1;
  film.hidden = last < 1;
  const slider = film.querySelector("input");
  slider.max = last;
  slider.value = place(state, last);
  film.querySelector("output").textContent = steps(state);
  film.querySelector(".play").textContent = state.playing ? "❚❚" : "▶";
}

/** Show the snapshot of this index; the last one is the newest. */
function show(state, index) {
  state.look(index < state.kept.length - 1 ? state.kept[index] : null);
  state.repaint();
}

/** Have a step on screen, of a run and its ghost, with no way to it. */
function jump(state, step) {
  state.look(step);
  state.ghost?.look(state.at);
  for (const run of [state, state.ghost]) run?.jump();
}

/** Look back at where the page says, if that is news, as soon as there is a film: a reload and Back find it again. */
export function heedPage(state) {
  const { data, kept } = state;
  if (data === state.heeded || !kept.length) return;
  state.heeded = data;
  if (state.looks.isNews(data.at)) state.look(data.at);
}

function stop(state) {
  clearInterval(state.playing);
  state.playing = null;
}

/** One picture further; the film ends with the newest. */
function goOn(state) {
  const last = state.kept.length - 1;
  const next = place(state, last) + 1;
  show(state, next);
  if (next < last) return;
  stop(state);
  state.looked();
}

/** The film as it is saved: `draw()` draws the stage, of which `elements` are shown. */
function filmed(state, elements, draw) {
  return {
    elements: () => elements,
    title: () => [state.data.name, state.data.before?.difference].filter(Boolean).join(". "),
    frames: () => state.kept,
    ready: async (step) => (await Promise.all([state.have(step), state.ghost?.have(step)]))[0],
    paint: (step, show) => {
      const before = state.at;
      jump(state, step);
      draw();
      show(`step ${state.at.toLocaleString("en")} of ${state.status.steps.toLocaleString("en")}`);
      // All of this is over before the browser's next picture.
      jump(state, before);
      draw();
    },
  };
}

/** Let the slider and the buttons act on the stage `root`, which `draw()` draws; returns what ends the film. */
export function listenToFilm(root, state, draw) {
  const film = root.querySelector(".film");
  const elements = [".readout", ".panels"].map((part) => root.querySelector(part));
  const saver = new Saver(film.querySelector(".save"), filmed(state, elements, draw));
  const fetchAll = () => {
    for (const run of [state, state.ghost]) run?.fetchAll();
  };
  const slider = film.querySelector("input");
  slider.onpointerenter = fetchAll;
  slider.onfocus = fetchAll;
  slider.oninput = () => {
    stop(state);
    show(state, Number(slider.value));
  };
  slider.onchange = () => state.looked();
  film.querySelector(".play").onclick = () => {
    if (state.playing) {
      stop(state);
      state.looked();
    } else {
      fetchAll();
      if (state.at === null) show(state, 0);
      state.playing = setInterval(() => goOn(state), PICTURE);
    }
    state.repaint();
  };
  return () => {
    stop(state);
    saver.cancel();
  };
}
