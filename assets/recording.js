// The recording of a run, played over and over where nothing was trained yet.

import { oncePerPicture } from "./canvas.js";
import { drawPanels } from "./panels.js";
import { drawReadout } from "./readout.js";
import { readSnapshot } from "./snapshot.js";

const HTML = `
    <div class="readout"></div>
    <div class="bar"><div></div></div>
    <div class="reason" hidden></div>
    <div class="panels"></div>`;
// Milliseconds between two pictures, and pictures for which the last one stays.
const PAUSE = 350;
const STAY = 8;

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

/** What the panels draw of a recording that stands at one of its snapshots. */
function stateAt(data, snapshots, index) {
  const snapshot = snapshots[index];
  const history = snapshots.slice(0, index + 1).map(({ step, metrics }) => [step, metrics]);
  const { step, steps, seconds } = snapshot;
  const status = { status: "recording", reason: "", step, steps, seconds, rate: 0, snapshots: [] };
  return { data, snapshot, history, status, at: null, ghost: null, plotted: null, pointed: null };
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  if (root.recording) return undefined;
  root.recording = true;
  root.classList.add("stage", "recording");
  root.innerHTML = HTML;
  let [snapshots, index, timer] = [[], 0, null];
  const paint = oncePerPicture(() => {
    if (!snapshots.length || !root.isConnected) return;
    const state = stateAt(data, snapshots, Math.min(index, snapshots.length - 1));
    state.repaint = paint;
    drawReadout(root, state);
    drawPanels(root.querySelector(".panels"), state);
    root.dataset.step = state.snapshot.step;
  });
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  read().then((found) => {
    snapshots = found;
    if (isStill) index = snapshots.length - 1;
    else
      timer = setInterval(() => {
        index = (index + 1) % (snapshots.length + STAY);
        paint();
      }, PAUSE);
    paint();
  });
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => {
    clearInterval(timer);
    resized.disconnect();
    root.recording = false;
  };
}
