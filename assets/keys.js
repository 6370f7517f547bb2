// The keys of the Train page: space trains and pauses, a full stop takes a step, s plays one slowly, p shows the stage
// alone.

import { isPresenting, present } from "./presenting.js";

// Where a key is typed, and what the space bar operates by itself. A slider it does not.
const FIELDS = "input:not([type=range]), textarea, select, [contenteditable=true]";
const OPERATED = "button, summary, a, [role=button], [role=radio], [role=checkbox], [role=tab], [role=option]";

/** A button of the page that can be pressed, or nothing. */
function button(key) {
  return document.querySelector(`.st-key-${key} button:not(:disabled)`);
}

// What each key does. A run that moves is paused, whatever the knobs say.
const KEYS = {
  " ": () => (button("pause") ?? button("train"))?.click(),
  ".": () => button("step")?.click(),
  s: () => button("slow")?.click(),
  p: () => present(),
  Escape: () => present(false),
};

export default function ({ parentElement }) {
  // The page may be run again: there is one listener.
  document.removeEventListener("keydown", parentElement.press);
  const press = (event) => {
    // What lies behind a dialog is out of reach.
    if (document.querySelector("[role=dialog]")) return;
    const [focused] = event.composedPath();
    const isTaken = focused.closest?.(FIELDS) || (event.key === " " && focused.closest?.(OPERATED));
    if (!(event.key in KEYS) || isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
    // Elsewhere it lets go of what is selected.
    if (event.key === "Escape" && !isPresenting()) return;
    // The page does not scroll, also where nothing can be pressed.
    event.preventDefault();
    if (!event.repeat) KEYS[event.key]();
  };
  parentElement.press = press;
  document.addEventListener("keydown", press);
  parentElement.querySelector(".lab").dataset.listens = "";
  return () => {
    document.removeEventListener("keydown", press);
    present(false);
  };
}
