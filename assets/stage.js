// The stage: live pictures of one run and its ghost, fed by their sockets, drawn in place without a rerun of the page.

import { layAlike } from "./alignment.js";
import { oncePerPicture, restAfter, whenResized } from "./canvas.js";
import { endWalk, keepCross } from "./cross.js";
import { Echo } from "./echo.js";
import { drawFilm, HTML as FILM, heedPage, listenToFilm } from "./film.js";
import { Followed } from "./followed.js";
import { sayMoves } from "./on_stage.js";
import { drawPanels, layOut } from "./panels.js";
import { copyLink, fillScreen, isPresenting, present } from "./presenting.js";
import { STATUS } from "./protocol.js";
import { drawReadout, say } from "./readout.js";
import { samplesOf, select, withSelection } from "./selection.js";
import { drawWords, listenToWords, HTML as WORDS } from "./words.js";

const HTML = `
    <div class="readout"><span class="pill">connecting</span></div>
    <div class="said" role="status"></div>
    <div class="bar"><div></div></div>
    <div class="reason" hidden></div>
    ${WORDS}
    <div class="panels"></div>
    <div class="foot">
      ${FILM}
      <span class="speed">Pictures a second <select aria-label="Pictures a second">
        <option>1</option><option selected>4</option><option>10</option><option>20</option>
      </select></span>
      <button type="button" class="present" title="Only the stage, larger (p)">Present</button>
      <button type="button" class="full" title="Without the browser around it">Full screen</button>
      <button type="button" class="share" title="The address of this page, which says all that is on screen">
        Copy link</button>
    </div>
    <div class="tip"><canvas aria-hidden="true"></canvas><div aria-live="polite"></div></div>`;

/** Draw what is known of the run. */
function draw(root, state) {
  // A picture may still be queued when the page is left, or when another run has come on stage.
  if (root.stage !== state || !root.isConnected) return;
  if (state.gone) {
    const readout = root.querySelector(".readout");
    readout.textContent = state.gone;
    readout.markup = null;
  }
  if (state.gone || !state.status) return;
  heedPage(state);
  // Both stand at one step, whichever has its film first.
  state.ghost?.look(state.at);
  const began = performance.now();
  // Both go on, whichever is still on its way.
  const isMoving = [state, state.ghost].map((each) => each?.goOn(began)).some(Boolean);
  if (state.ghost) state.ghost.isTurned = layAlike(state.ghost, state);
  drawReadout(root, state);
  say(root, state.status);
  root.dataset.status = state.status.status;
  sayMoves(phase(state.status.status) === STATUS.RUNNING);
  root.querySelector(".present").textContent = isPresenting() ? "Show the page" : "Present";
  const panels = root.querySelector(".panels");
  if (!state.snapshot) {
    // Until there is a picture those of the run before stay; where there was none there are frames.
    if (!panels.firstChild && !state.status.reason) layOut(panels, state);
    return;
  }
  keepCross(state);
  drawWords(root.querySelector(".words"), state);
  drawPanels(panels, state);
  drawFilm(root.querySelector(".film"), state);
  // What tests and scripts can read off: the steps on screen and how many pictures were drawn.
  root.dataset.step = state.snapshot.step;
  root.dataset.before = state.ghost?.snapshot?.step ?? "";
  root.dataset.frames = Number(root.dataset.frames || 0) + 1;
  if (isMoving) state.repaint.after(restAfter(performance.now() - began));
}

/** What the page's buttons depend on: a run that waits for its turn is as good as running. */
function phase(now) {
  return now === STATUS.WAITING ? STATUS.RUNNING : now;
}

/**
 * Follow a run; `changed` is told of a status that the page's buttons depend on; `shown` was on screen before, and the
 * run comes over its `connection`, if there is one.
 */
function follow(root, data, shown, changed, connection) {
  let heard = null;
  const select = root.querySelector("select");
  const heir = shown && samplesOf(shown) === data.selected.samples ? shown.glide : null;
  const moved = () => {
    if (state.status !== heard) {
      heard = state.status;
      const now = phase(heard.status);
      if (now !== state.told) {
        state.told = now;
        changed(now);
      }
      // It goes on, and the page takes it that somebody looks back.
      if (state.at === null && state.looks.known !== null) state.looked();
    }
    state.repaint();
  };
  const state = new Followed(data, Number(select.value), moved, heir, connection);
  // `pointed` is where the pointer is in the plot of progress, in CSS pixels; `playing` what plays the film; `looks`
  // what the page knows of the step that is looked back at, and `heeded` what it said last of that and all else.
  const cross = shown?.cross ? { ...shown.cross, view: null } : null;
  const film = { playing: null, looks: new Echo(null), heeded: null };
  Object.assign(state, { pointed: null, ghost: null, cross, ...film });
  // The metrics that were picked for the plot, and what the page knows of that.
  Object.assign(state, { picked: data.plotted, picks: new Echo(data.plotted.join()) });
  state.repaint = oncePerPicture(() => draw(root, state));
  select.onchange = () => state.pace(Number(select.value));
  return state;
}

/** Follow the ghost of `state`; one that was on screen, as a run or as a ghost, is followed already. */
function haunt(state, data, shown) {
  const moved = () => state.repaint();
  const known = [shown, shown?.ghost].find((each) => each?.data.run === data.run);
  if (!known) return new Followed(data, state.rate, moved);
  endWalk(known);
  known.moved = moved;
  return known;
}

/** Take what the page says of the run and its ghost, which may be another one or none now. */
function update(state, data, shown) {
  state.data = withSelection(data);
  if (state.picks.isNews(data.plotted.join())) state.picked = data.plotted;
  // The status that the page's buttons were drawn for: each message is held against it, because a run may have moved
  // and ended between two of them.
  state.told = phase(data.drawn);
  const ghost = data.before?.data;
  if (state.ghost?.data.run !== ghost?.run) {
    state.ghost?.close();
    state.ghost = ghost ? haunt(state, ghost, shown) : null;
  }
  if (ghost) state.ghost.data = withSelection(ghost);
  state.repaint();
}

/**
 * Put a run on the stage, which comes over a `connection` that there is or over its own; the pictures of the one
 * before, `shown`, stay until there are others.
 */
function show(root, data, shown, setTriggerValue, connection = null) {
  root.querySelector(".panels").dataset.panels = "";
  for (const name of ["step", "status", "before"]) delete root.dataset[name];
  root.dataset.frames = 0;
  sayMoves(null);
  const state = follow(root, data, shown, (now) => setTriggerValue("status", now), connection);
  state.select = (indices) => {
    select([state, state.ghost].filter(Boolean), samplesOf(state), indices, setTriggerValue);
    state.repaint();
  };
  state.plot = (names) => {
    state.picked = names;
    state.picks.tell(names.join());
    setTriggerValue("plotted", names);
    state.repaint();
  };
  state.looked = () => {
    state.looks.tell(state.at);
    // The newest is no step of the film.
    setTriggerValue("looked", state.at ?? -1);
  };
  listenToWords(
    root.querySelector(".words"),
    (wish) => setTriggerValue("ghost", wish),
    () => setTriggerValue("aside", state.data.run),
  );
  update(state, data, shown);
  if (shown) leave(shown, state.ghost);
  // The page comes with what is to be known of the next run a moment later.
  state.replaced = (run) => {
    if (root.stage !== state) return;
    root.replaced.add(state.data.run);
    const next = { at: null, drawn: STATUS.RUNNING, plotted: state.picked };
    root.stage = show(root, { ...state.data, ...next, run }, state, setTriggerValue, state.connection);
  };
  state.endFilm = listenToFilm(root, state, () => draw(root, state));
  return state;
}

/** Follow a run and its ghost no more, but for the one to be `kept`. */
function leave(state, kept) {
  state.endFilm();
  endWalk(state);
  state.peeker?.close();
  for (const each of [state, state.ghost]) if (each !== kept) each?.close();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (!root.stage) {
    root.innerHTML = HTML;
    root.querySelector(".present").onclick = () => present();
    root.querySelector(".full").onclick = fillScreen;
    root.querySelector(".share").onclick = copyLink;
    // The runs whose place was taken by others before the page was drawn with these.
    root.replaced = new Set();
    whenResized(root, () => root.stage.repaint());
  }
  // A page that was drawn before that comes late.
  if (!root.replaced.has(data.run)) {
    root.replaced.clear();
    if (root.stage?.data.run === data.run) update(root.stage, data);
    else root.stage = show(root, data, root.stage, setTriggerValue);
  }
  return () => {
    root.resized.disconnect();
    if (root.stage) leave(root.stage, null);
    root.stage = null;
    sayMoves(null);
  };
}
