// The recording of a run, played over and over where nothing was trained yet.

import { oncePerPicture, restAfter, whenResized } from "./canvas.js";
import { Glide } from "./glide.js";
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

const LOST = "The recording did not come through. Reload the page to see it, or train a run of your own.";

/** The snapshots in a recording, see core/recording.py; it fails where they cannot be fetched. */
async function read() {
  const answer = await fetch(new URL("recording.gz", import.meta.url));
  if (!answer.ok) throw new Error(answer.statusText);
  const whole = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const view = new DataView(whole);
  const found = [];
  for (let at = 0; at < whole.byteLength; ) {
    const length = view.getUint32(at, true);
    found.push(readSnapshot(whole.slice(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return found;
}

/** The steps of a walk, each as a snapshot: a code, and what is decoded there. */
function stepsOf(walk) {
  const { codes, samples } = walk.views;
  const size = samples.values.length / samples.shape[0];
  return Array.from({ length: codes.shape[0] }, (_, i) => ({
    views: {
      code: { ...codes, values: codes.values.slice(2 * i, 2 * i + 2) },
      sample: {
        ...samples,
        shape: [1, ...samples.shape.slice(1)],
        values: samples.values.slice(size * i, size * (i + 1)),
      },
    },
  }));
}

/** A recording that is played: its `snapshots`, then a walk among the codes of the last one. */
class Played {
  constructor(snapshots, walk) {
    Object.assign(this, { snapshots, walk, index: 0, glide: new Glide(), cross: new Glide() });
  }

  get isWalking() {
    return this.index >= this.snapshots.length;
  }

  /** Go to one of the snapshots, or to a step of the walk after them; after the last comes the first. */
  go(index, now) {
    this.index = index % (this.snapshots.length + this.walk.length);
    if (this.isWalking) this.cross.head(this.walk[this.index - this.snapshots.length], now);
    else this.cross = new Glide();
    const snapshot = this.snapshots[Math.min(this.index, this.snapshots.length - 1)];
    this.glide.head(snapshot, now);
    this.glide.grow(snapshot.step, now);
  }

  isMoving(now) {
    return this.glide.isMoving(now) || this.cross.isMoving(now);
  }

  /** What the panels draw of it now. */
  stateAt(data, now) {
    const snapshot = this.glide.at(now);
    const history = this.snapshots.slice(0, this.index + 1).map(({ step, metrics }) => [step, metrics]);
    const { step, steps, seconds } = snapshot;
    const status = { status: "recording", reason: "", step, steps, seconds, rate: 0, snapshots: [] };
    const walked = this.cross.at(now)?.views;
    const cross = walked ? { code: walked.code.values, view: walked.sample, i: 0 } : null;
    return {
      data,
      snapshot,
      history,
      status,
      cross,
      picked: [],
      at: null,
      tip: this.glide.stepAt(now),
      ghost: null,
      pointed: null,
    };
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  // The page is drawn again around what plays.
  if (root.leave) return root.leave;
  root.innerHTML = HTML;
  root.title = "Click to train it yourself";
  root.onclick = () => setTriggerValue("touched", true);
  let [played, timer, isLeft] = [null, null, false];
  const paint = oncePerPicture(() => {
    if (!played || !root.isConnected) return;
    const began = performance.now();
    const state = played.stateAt(data, began);
    state.repaint = paint;
    drawReadout(root, state);
    drawPanels(root.querySelector(".panels"), state);
    root.dataset.step = state.snapshot.step;
    root.dataset.frames = Number(root.dataset.frames || 0) + 1;
    if (played.isMoving(began)) paint.after(restAfter(performance.now() - began));
  });
  const go = (index) => {
    played.go(index, performance.now());
    paint();
  };
  const goOn = () => {
    timer = setTimeout(
      () => {
        go(played.index + 1);
        goOn();
      },
      played.isWalking ? STEP : PAUSE,
    );
  };
  const play = (found) => {
    if (isLeft) return;
    const walk = found.pop();
    played = new Played(found, stepsOf(walk));
    go(stillness.matches ? found.length : 0);
    if (!stillness.matches) goOn();
  };
  const giveUp = () => {
    const reason = root.querySelector(".reason");
    Object.assign(reason, { hidden: false, textContent: LOST });
  };
  read().then(play, giveUp);
  const resized = whenResized(root, paint);
  root.leave = () => {
    isLeft = true;
    clearTimeout(timer);
    resized.disconnect();
    root.leave = null;
  };
  return root.leave;
}
