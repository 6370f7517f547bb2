// The keys of the Train page: space trains and pauses, a full stop takes a step, s plays one slowly, p shows the stage
// alone.

import { isPresenting, present } from "./presenting.js";

// Where a key is typed, and what the space bar operates by itself. A slider it does not.
const FIELDS = "input:not([type=range]), textarea, select, [contenteditable=true]";
const OPERATED = "button, summary, a, [role=button], [role=radio], [role=checkbox], [role=tab], [role=option]";

// The button that is drawn last.
const LAST = ".st-key-slow button";
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
  const keys = waiting;
  forget();
  keys.map(button).find(Boolean)?.click();
}

/** Press the first of some buttons that can be pressed, now or as soon as they are drawn. */
function press(...keys) {
  waiting = keys;
  drawn.observe(document.body, { childList: true, subtree: true });
  pressWaiting();
}

/** Wait for nothing. */
function forget() {
  waiting = null;
  drawn.disconnect();
}

// What each key does. A run that moves is paused, whatever the knobs say; while somebody else's is watched none begins.
const KEYS = {
  " ": (watched) => press("pause", ...(watched ? [] : ["train"])),
  ".": () => press("step"),
  s: () => press("slow"),
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
