// The keys of the Train page: space trains and pauses, a full stop takes a step, s plays one slowly, p shows the stage
// alone.

import { stageMoves } from "./on_stage.js";
import { isPresenting, present } from "./presenting.js";

// Where a key is typed, and what the space bar operates by itself. A slider it does not.
const FIELDS = "input:not([type=range]), textarea, select, [contenteditable=true]";
const OPERATED = "button, summary, a, [role=button], [role=radio], [role=checkbox], [role=tab], [role=option]";

// The button that is drawn last.
const LAST = ".st-key-slow button";
// Milliseconds that a key waits for buttons that fit what the stage shows, and for the last of them when the first do.
const [PATIENCE, TOGETHER] = [10_000, 500];
// The buttons of the key that waits for them, and who hears that they are there.
let waiting = null;
const drawn = new MutationObserver(() => pressWaiting());

/** A button of the page that can be pressed, or nothing. */
function button(key) {
  return document.querySelector(`.st-key-${key} button:not(:disabled)`);
}

/** Press the first of the buttons that were waited for, of those that can be pressed. */
function pressWaiting() {
  if (!waiting || !document.querySelector(LAST)) return;
  const { keys, moves, until } = waiting;
  // What was wanted of a run that moved is not done to one that rests, nor the other way round.
  const isLate = moves !== null && (moves !== stageMoves() || performance.now() > until);
  const found = isLate ? null : keys.map(button).find(Boolean);
  if (found || isLate || moves === null) forget();
  // A button that cannot be pressed although the others fit is no button that comes: nobody wants it pressed later.
  else if (moves === Boolean(button("pause"))) waiting.until = Math.min(until, performance.now() + TOGETHER);
  found?.click();
}

/**
 * Press the first of some buttons that can be pressed, now or as soon as they are drawn; where the key means a run that
 * `moves` or rests, as soon as they are drawn for that.
 */
function press(keys, moves = null) {
  waiting = { keys, moves, until: performance.now() + PATIENCE };
  drawn.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  pressWaiting();
}

/** Wait for nothing. */
function forget() {
  waiting = null;
  drawn.disconnect();
}

/** Pause a run that moves, whatever the knobs say, or train. */
function trainOrPause() {
  const moves = stageMoves();
  if (moves === null) press(["pause", "train"]);
  else press([moves ? "pause" : "train"], moves);
}

/** Take a step, unless a run moves. */
function step() {
  const moves = stageMoves();
  if (!moves) press(["step"], moves);
}

// What each key does. While somebody else's run is watched none begins.
const KEYS = {
  " ": (watched) => watched || trainOrPause(),
  ".": step,
  s: () => press(["slow"]),
  p: () => present(),
  Escape: () => present(false),
};

export default function ({ data, parentElement }) {
  // The page may be run again: there is one listener.
  document.removeEventListener("keydown", parentElement.listener);
  const listener = (event) => {
    // What lies behind a dialog is out of reach.
    if (document.querySelector("[role=dialog]")) return;
    const [focused] = event.composedPath();
    const isTaken = focused.closest?.(FIELDS) || (event.key === " " && focused.closest?.(OPERATED));
    if (!(event.key in KEYS) || isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
    // Elsewhere it lets go of what is selected.
    if (event.key === "Escape" && !isPresenting()) return;
    // The page does not scroll, also where nothing can be pressed.
    event.preventDefault();
    if (!event.repeat) KEYS[event.key](data.watched);
  };
  parentElement.listener = listener;
  document.addEventListener("keydown", listener);
  parentElement.querySelector(".lab").dataset.listens = "";
  return () => {
    document.removeEventListener("keydown", listener);
    forget();
    present(false);
  };
}
