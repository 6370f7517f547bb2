// The film of a run: a slider over the snapshots that were kept, and a button that plays them.

// Milliseconds between two pictures.
const PAUSE = 125;

export const HTML = `<div class="film">
    <button type="button" class="play" title="Play the run from its first step">▶</button>
    <label>Back in time <input type="range" min="0" value="0" step="1"><output></output></label>
  </div>`;

/** Where the film stands, as an index of the snapshots: some are given up as others are kept. */
function place(state, last) {
  return state.at === null ? last : state.kept.indexOf(state.nearest(state.at));
}

/** Write how far the film reaches and where it stands. */
export function drawFilm(film, state) {
  const last = state.kept.length - 1;
  film.hidden = last < 1;
  const slider = film.querySelector("input");
  slider.max = last;
  slider.value = place(state, last);
  film.querySelector("output").textContent = (state.at ?? state.status.step).toLocaleString("en");
  film.querySelector("button").textContent = state.playing ? "❚❚" : "▶";
}

/** Show the snapshot of this index in the run and in its ghost; the last one is the newest. */
function show(state, index) {
  const step = index < state.kept.length - 1 ? state.kept[index] : null;
  state.look(step);
  state.ghost?.look(step);
  state.repaint();
}

function stop(state) {
  clearInterval(state.playing);
  state.playing = null;
}

/** One picture further; the film ends with the newest. */
function goOn(state) {
  const last = state.kept.length - 1;
  const next = place(state, last) + 1;
  if (next >= last) stop(state);
  show(state, next);
}

/** Let the slider and the button act; returns what ends the film. */
export function listenToFilm(film, state) {
  film.querySelector("input").oninput = ({ target }) => {
    stop(state);
    show(state, Number(target.value));
  };
  film.querySelector("button").onclick = () => {
    if (state.playing) stop(state);
    else {
      if (state.at === null) show(state, 0);
      state.playing = setInterval(() => goOn(state), PAUSE);
    }
    state.repaint();
  };
  return () => stop(state);
}
