// The line of words above the pictures: how a run differs from its ghost, or what its numbers show; and buttons.

import { measured, metricsNow } from "./metric.js";

// What can be done with the ghost, by the name that the page knows it by.
const WISHES = [
  ["pin", "Pin", ""],
  ["swap", "Swap", "Show the run before, and this one as its ghost"],
  ["compare", "Compare", "Both side by side, on the Compare page"],
  ["remove", "Remove", "Compare with none"],
];
// What Pin keeps to compare with, also when further runs start: the ghost, or where there is none the run on screen.
const PIN = { ghost: "Keep the run before to compare with", own: "Compare the next runs with this one" };
const ASIDE = ["aside", "Set aside", "Keep this run at hand for the Compare page"];
const buttons = [...WISHES, ASIDE].map(
  ([name, text, help]) => `<button type="button" name="${name}" title="${help}" hidden>${text}</button>`,
);

export const HTML = `<div class="words"><span></span>${buttons.join("")}</div>`;

/** The first remark on the validation metrics on screen that is true of them. */
function remarked(state) {
  const now = metricsNow(state);
  const remark = state.data.remarks.find((remark) => now[`test_${remark.metric}`] < remark.below);
  if (!remark) return "";
  const metric = state.data.metrics.find((metric) => metric.name === remark.metric);
  return remark.text.replace("{}", measured(metric, now[`test_${remark.metric}`]));
}

/** Write the line, which is cut off where it does not fit and shows whole under the pointer. */
export function drawWords(line, state) {
  const { before } = state.data;
  const said = before ? [before.difference, remarked(state)] : [remarked(state), state.data.text];
  const text = said.filter(Boolean).join(before ? " · " : " ");
  const span = line.querySelector("span");
  if (span.title !== text) {
    span.title = text;
    span.textContent = text;
  }
  line.classList.toggle("difference", Boolean(before));
  for (const button of line.querySelectorAll("button")) button.hidden = !before && button.name !== ASIDE[0];
  const pin = line.querySelector("[name=pin]");
  pin.hidden = state.data.pinned === null;
  pin.title = `${before ? PIN.ghost : PIN.own}, however many start`;
  pin.setAttribute("aria-pressed", Boolean(state.data.pinned));
  line.querySelector("[name=aside]").setAttribute("aria-pressed", state.data.aside);
}

/** Tell `wished` what is to be done with the ghost, and `setAside` that the run is, or is let go. */
export function listenToWords(line, wished, setAside) {
  for (const [name] of WISHES) line.querySelector(`[name=${name}]`).onclick = () => wished(name);
  line.querySelector("[name=aside]").onclick = setAside;
}
