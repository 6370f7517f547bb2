// The stage: live pictures of one run, fed by its socket, drawn in place without a rerun of the page.

import { Connection } from "./connection.js";
import { drawPanels } from "./panels.js";
import { MESSAGE, STATUS } from "./protocol.js";
import { drawReadout } from "./readout.js";
import { drawWords } from "./words.js";

const HTML = `
    <div class="readout"><span class="pill">connecting</span></div>
    <div class="bar"><div></div></div>
    <div class="reason" hidden></div>
    <p class="words"></p>
    <div class="panels"></div>
    <div class="foot">
      <label class="scrub" hidden>Back in time <input type="range" min="0" value="0" step="1"><output></output></label>
      <span class="speed">Pictures a second <select>
        <option>1</option><option selected>4</option><option>10</option><option>20</option>
      </select></span>
    </div>`;

/** Draw what is known of the run. */
function draw(root, state) {
  // A picture may still be queued when the page is left.
  if (!state.snapshot || !state.status || !root.isConnected) return;
  drawReadout(root, state);
  drawWords(root.querySelector(".words"), state);
  drawPanels(root.querySelector(".panels"), state);
  // What tests and scripts can read off: the step on screen and how many pictures were drawn.
  root.dataset.step = state.snapshot.step;
  root.dataset.status = state.status.status;
  root.dataset.frames = Number(root.dataset.frames || 0) + 1;
}

/** Calls `paint` with the browser's next picture, once however often it is asked. */
function oncePerPicture(paint) {
  let isQueued = false;
  return () => {
    if (isQueued) return;
    isQueued = true;
    requestAnimationFrame(() => {
      isQueued = false;
      paint();
    });
  };
}

/** What the page's buttons depend on: a run that waits for its turn is as good as running. */
function phase(now) {
  return now === STATUS.WAITING ? STATUS.RUNNING : now;
}

/** Follow a run; `changed` is told of a status that the page's buttons depend on. */
function watch(root, state, changed) {
  const askRate = () => connection.send({ rate: state.rate });
  const showSnapshot = (snapshot) => {
    state.snapshot = snapshot;
    if (state.scrubbed !== null) return;
    // A run that lost its worker, or its way, stands at an earlier step again.
    state.history = state.history.filter(([step]) => step <= snapshot.step);
    if (state.history.at(-1)?.[0] !== snapshot.step) state.history.push([snapshot.step, snapshot.metrics]);
  };
  const showStatus = (message) => {
    const before = state.status ? state.status.status : state.data.drawn;
    const now = message.status;
    state.status = message;
    if (now === STATUS.RUNNING) state.scrubbed = null;
    root.dataset.status = now;
    if (phase(before) !== phase(now)) changed(now);
    if (before !== now && now === STATUS.RUNNING) askRate();
    if (!state.snapshot) drawReadout(root, state);
  };
  const showReason = (message) => {
    connection.close();
    root.querySelector(".readout").textContent = message.reason;
  };
  const showHistory = (message) => {
    state.history = message.points;
  };
  const handlers = {
    [MESSAGE.HISTORY]: showHistory,
    [MESSAGE.STATUS]: showStatus,
    [MESSAGE.GONE]: showReason,
  };
  const connection = new Connection(`/live/${state.data.run}`, {
    opened: askRate,
    snapshot: (snapshot) => {
      showSnapshot(snapshot);
      state.repaint();
    },
    message: (message) => {
      handlers[message.type](message);
      state.repaint();
    },
    lost: () => {},
  });
  return connection;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (root.stage && root.stage.run === data.run) return undefined;
  root.stage?.close();
  root.classList.add("stage");
  root.innerHTML = HTML;
  delete root.dataset.step;
  root.dataset.frames = 0;
  // `plotted` are the metrics that were picked for the plot of progress, none as long as it is null.
  const state = {
    data,
    history: [],
    snapshot: null,
    status: null,
    rate: 4,
    scrubbed: null,
    plotted: null,
    ghost: null,
  };
  state.repaint = oncePerPicture(() => draw(root, state));
  const connection = watch(root, state, (now) => setTriggerValue("status", now));
  root.querySelector("select").onchange = ({ target }) => {
    state.rate = Number(target.value);
    connection.send({ rate: state.rate });
  };
  root.querySelector(".scrub input").oninput = ({ target }) => {
    const { snapshots } = state.status;
    const step = snapshots[target.value];
    state.scrubbed = Number(target.value) === snapshots.length - 1 ? null : step;
    connection.send({ snapshot: step });
  };
  const resized = new ResizeObserver(state.repaint);
  resized.observe(root);
  const close = () => {
    connection.close();
    resized.disconnect();
  };
  root.stage = { run: data.run, close };
  return () => {
    close();
    root.stage = null;
  };
}
