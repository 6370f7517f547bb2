// The line of words above the pictures: what the numbers show.

import { measured, metricsNow } from "./metric.js";

/** The first remark on the validation metrics on screen that is true of them. */
function remarked(state) {
  const now = metricsNow(state);
  const remark = state.data.remarks.find((remark) => now[`test_${remark.metric}`] < remark.below);
  if (!remark) return "";
  const metric = state.data.metrics.find((metric) => metric.name === remark.metric);
  return remark.text.replace("{}", measured(metric, now[`test_${remark.metric}`]));
}

/** Write what the run shows; the line is cut off where it does not fit, and shows whole under the pointer. */
export function drawWords(line, state) {
  const text = `${remarked(state)} ${state.data.text}`.trim();
  if (line.title === text) return;
  line.title = text;
  line.textContent = text;
}
