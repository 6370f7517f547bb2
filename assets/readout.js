// The readout: where a run stands, in numbers above its pictures, and the slider back in time below them.

import { short, time } from "./text.js";

// Held-out numbers worth a place on top.
const METRICS = [
  ["test_mse", "held-out MSE"],
  ["test_elbo", "held-out ELBO (nats)"],
  ["test_critic_accuracy", "critic right"],
  ["test_distance", "critic's distance"],
];

/** A run's status in words. */
function told({ status, place }) {
  if (status !== "waiting") return status;
  return place ? `waiting, place ${place} in the queue` : "getting ready";
}

/** How fast a run goes and how long it will; of one that stands, how long it went. */
function pace({ status, rate, left, seconds }) {
  if (status !== "running" || !rate) return [`<span>trained for <b>${time(seconds)}</b></span>`];
  return [
    `<span><b>${Math.round(rate).toLocaleString("en")}</b> steps/s</span>`,
    `<span><b>${time(left)}</b> left</span>`,
  ];
}

/** A metric's value, shares as percent. */
function measured(key, value) {
  return key.endsWith("accuracy") ? `${Math.round(100 * value)} %` : short(value);
}

/** Write a run's status, its step and its held-out numbers into the stage. */
export function drawReadout(root, state) {
  const { status } = state;
  const step = state.scrubbed ?? status.step;
  const metrics = state.frame ? state.frame.metrics : {};
  const cells = [
    `<span class="pill ${status.status}">${told(status)}</span>`,
    `<span>step <b>${step.toLocaleString("en")}</b> of ${status.steps.toLocaleString("en")}</span>`,
    ...pace(status),
    ...METRICS.filter(([key]) => key in metrics).map(
      ([key, name]) => `<span>${name} <b>${measured(key, metrics[key])}</b></span>`,
    ),
  ];
  root.querySelector(".readout").innerHTML = cells.join("");
  root.querySelector(".bar div").style.width = `${(100 * step) / status.steps}%`;
  const reason = root.querySelector(".reason");
  reason.hidden = !status.reason;
  reason.textContent = status.reason;
  const scrub = root.querySelector(".scrub");
  scrub.hidden = status.film.length < 2;
  scrub.querySelector("input").max = status.film.length - 1;
  if (state.scrubbed === null) scrub.querySelector("input").value = status.film.length - 1;
  scrub.querySelector("output").textContent = step.toLocaleString("en");
}
