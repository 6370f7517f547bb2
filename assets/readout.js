// The readout: where a run stands, in numbers above its pictures, those of its ghost beside them.

import { measured, measuredAt, metricsNow, number } from "./metric.js";
import { STATUS } from "./protocol.js";
import { escaped, time } from "./text.js";

// Milliseconds between two times that what moves is said to those who do not see it.
const SAID = 10_000;

/** A run's status in words. */
function told(status) {
  if (status.status !== STATUS.WAITING) return status.status;
  return status.place ? `waiting, place ${status.place} in the queue` : "getting ready";
}

// What became of a run that somebody halted: both can go on.
const HALTED = {
  [STATUS.PAUSED]: { before: "halted after", help: "Pause halted it between two steps: Resume goes on exactly there." },
  [STATUS.STOPPED]: { before: "ended early after", help: "Stop ended it: what it learned is kept, Resume can go on." },
};

/** How fast a run goes and how long it will; of one that stands, how long it went. */
export function pace(status) {
  const isFast = status.status === STATUS.RUNNING && status.rate;
  const stands = HALTED[status.status] ?? { before: "trained for" };
  if (!isFast) return [{ ...stands, value: time(status.seconds) }];
  return [
    { value: Math.round(status.rate).toLocaleString("en"), after: "steps/s" },
    { value: time(status.left), after: "left" },
  ];
}

/** With how many others a run shares the machine, if it does. */
function company(status) {
  const { others } = status;
  if (!others) return [];
  const help = "It shares this machine with other runs: each moves for a moment, then waits for the others.";
  return [{ before: "shared with", value: others, after: others === 1 ? "other" : "others", help }];
}

/** The validation numbers that a run is known by, and before them the step that they are of where it is another one. */
export function headline(state) {
  const { metrics, headline: names } = state.data;
  const now = metricsNow(state);
  const then = state.ghost ? metricsNow(state.ghost) : {};
  const known = metrics.filter((metric) => names.includes(metric.name) && `test_${metric.name}` in now);
  if (!known.length) return [];
  const at = measuredAt(state);
  const value = at.toLocaleString("en");
  known.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  // While a run moves it may be the same one for a moment: what comes and goes would move all else.
  const isApart = at < state.snapshot.step || state.status.status === STATUS.RUNNING;
  const of = isApart ? [{ before: "<small>validation at step</small>", value }] : [];
  const cells = known.map((metric, i) => {
    const before = `${i || isApart ? "" : "<small>validation</small> "}${escaped(metric.title)}`;
    const key = `test_${metric.name}`;
    const after = key in then ? `<small>(before ${number(metric, then[key])})</small>` : "";
    return { before, value: measured(metric, now[key]), after, help: `${metric.help}\nMeasured at step ${value}.` };
  });
  return [...of, ...cells];
}

/** A number between its words. */
function html({ before = "", after = "" }) {
  return `<span>${before} <b></b> ${after}</span>`;
}

/** Write numbers into the readout, whose elements stay as long as they are the same: one of them may be hovered. */
function write(readout, status, cells) {
  const markup = [`<span class="pill ${status.status}">${told(status)}</span>`, ...cells.map(html)].join("");
  if (readout.markup !== markup) {
    readout.markup = markup;
    readout.innerHTML = markup;
  }
  readout.querySelectorAll("b").forEach((number, i) => {
    number.textContent = cells[i].value;
    // What it means shows under the pointer.
    number.parentElement.title = cells[i].help ?? "";
  });
}

/** Write a run's status, its step and its validation numbers into the stage. */
export function drawReadout(root, state) {
  const { status } = state;
  const step = state.at ?? status.step;
  write(root.querySelector(".readout"), status, [
    { before: "step", value: step.toLocaleString("en"), after: `of ${status.steps.toLocaleString("en")}` },
    ...pace(status),
    ...company(status),
    ...headline(state),
  ]);
  root.querySelector(".bar div").style.width = `${(100 * step) / status.steps}%`;
  const reason = root.querySelector(".reason");
  reason.hidden = !status.reason;
  reason.textContent = status.reason;
}

/** Say what the readout says to those who do not see it: when the status changes, and every now and then. */
export function say(root, { status }) {
  const said = root.querySelector(".said");
  const now = performance.now();
  if (said.status === status && now < said.until) return;
  Object.assign(said, { status, until: now + SAID });
  const parts = [...root.querySelectorAll(".readout span, .reason")].map((part) => part.textContent.trim());
  said.textContent = parts.filter(Boolean).join(", ");
}
