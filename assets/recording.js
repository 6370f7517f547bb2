// The recording of a run, played over and over where nothing was trained yet.

import { oncePerPicture, whenResized } from "./canvas.js";
import { drawPanels } from "./panels.js";
import { drawReadout } from "./readout.js";
import { readSnapshot } from "./snapshot.js";
import { stillness } from "./stillness.js";

const HTML = `
    <div class="readout"></div>
    <div class="bar"><div></div></div>
    <div class="reason" hidden></div>
    <div class="panels"></div>`;
// Milliseconds between two pictures of training, and between two steps of the walk.
const PAUSE = 350;
const STEP = 160;

/** The snapshots in a recording: see core/recording.py. */
async function read() {
  const { body } = await fetch(new URL("recording.gz", import.meta.url));
  const whole = await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const view = new DataView(whole);
  const found = [];
  for (let at = 0; at < whole.byteLength; ) {
    const length = view.getUint32(at, true);
    found.push(readSnapshot(whole.slice(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return found;
}

/** Where the cross stands after so many steps of a walk, and what is decoded there. */
function crossAt(walk, i) {
  const { codes, samples } = walk.views;
  return { code: codes.values.slice(2 * i, 2 * i + 2), view: samples, i };
}

/** What the panels draw of a recording that stands at one of its `snapshots`, or at a step of the walk after them. */
function stateAt(data, snapshots, walk, index) {
  const last = Math.min(index, snapshots.length - 1);
  const snapshot = snapshots[last];
  const history = snapshots.slice(0, last + 1).map(({ step, metrics }) => [step, metrics]);
  const { step, steps, seconds } = snapshot;
  const status = { status: "recording", reason: "", step, steps, seconds, rate: 0, snapshots: [] };
  const cross = index < snapshots.length ? null : crossAt(walk, index - snapshots.length);
  return { data, snapshot, history, status, cross, at: null, tip: step, ghost: null, pointed: null };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (root.recording) return undefined;
  root.recording = true;
  root.classList.add("stage", "recording");
  root.innerHTML = HTML;
  root.title = "Click to train it yourself";
  root.onclick = () => setTriggerValue("touched", true);
  let [snapshots, walk, index, timer] = [[], null, 0, null];
  const paint = oncePerPicture(() => {
    if (!snapshots.length || !root.isConnected) return;
    const state = stateAt(data, snapshots, walk, index);
    state.repaint = paint;
    drawReadout(root, state);
    drawPanels(root.querySelector(".panels"), state);
    root.dataset.step = state.snapshot.step;
  });
  const goOn = () => {
    const walked = index >= snapshots.length;
    timer = setTimeout(
      () => {
        index = (index + 1) % (snapshots.length + walk.views.codes.shape[0]);
        paint();
        goOn();
      },
      walked ? STEP : PAUSE,
    );
  };
  read().then((found) => {
    walk = found.pop();
    snapshots = found;
    if (stillness.matches) index = snapshots.length;
    else goOn();
    paint();
  });
  const resized = whenResized(root, paint);
  return () => {
    clearTimeout(timer);
    resized.disconnect();
    root.recording = false;
  };
}
