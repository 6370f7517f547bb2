// The keys of the Train page: space trains and pauses, a full stop takes a step.

// Where a key is typed, and what the space bar operates by itself. A slider it does not.
const FIELDS = "input:not([type=range]), textarea, select, [contenteditable=true]";
const OPERATED = "button, summary, a, [role=button], [role=radio], [role=checkbox], [role=tab], [role=option]";

/** A button of the page that can be pressed, or nothing. */
function button(key) {
  return document.querySelector(`.st-key-${key} button:not(:disabled)`);
}

// What each key presses. A run that moves is paused, whatever the knobs say.
const KEYS = {
  " ": () => button("pause") ?? button("train"),
  ".": () => button("step"),
};

export default function ({ parentElement }) {
  // The page may be run again: there is one listener.
  document.removeEventListener("keydown", parentElement.press);
  const press = (event) => {
    const [focused] = event.composedPath();
    const isTaken = focused.closest?.(FIELDS) || (event.key === " " && focused.closest?.(OPERATED));
    if (!(event.key in KEYS) || isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
    // The page does not scroll, also where nothing can be pressed.
    event.preventDefault();
    if (!event.repeat) KEYS[event.key]()?.click();
  };
  parentElement.press = press;
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
