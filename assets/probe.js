// The probe: sliders whose pictures change while they are dragged, answered by the run's model over a socket.

import { Asker } from "./asker.js";
import { describe, prepare, whenResized } from "./canvas.js";
import { Echo } from "./echo.js";
import { aspect, present } from "./looks.js";
import { drawDots } from "./plane.js";
import { ROLES } from "./protocol.js";
import { squareScale } from "./scale.js";
import { dot, short } from "./text.js";
import { drawRows, drawWall, layRows } from "./tiles.js";
import { stand } from "./walked.js";

// The largest side in CSS pixels of a decoded sample, and the height of a plane of repaired points.
const DECODED = 158;
const REPAIRED = 300;
// The height of a repaired sample, where a picture has that height, and what lies between two.
const [SIZE, GAP] = [52, 4];
// Sliders and lists, in the order in which they stand.
const WIDGETS = "input, select";
// The rows of repaired samples: the view that each shows, and its role.
const ROWS = [
  { name: "original", shown: (views) => views.originals, colour: ROLES.original },
  { name: "corrupted", shown: (views) => views.corrupted, colour: ROLES.corrupted },
  { name: "repaired", shown: (views) => views.reconstructions, colour: ROLES.reconstructed },
];

/** The rows, with the view that `viewOf` makes of what each shows. */
const rowsOf = (viewOf) => ROWS.map(({ name, shown }) => ({ name, view: viewOf(shown) }));

/** A figure with a caption, a note in it, and a canvas. */
function figure(caption, classes) {
  const canvas = `<canvas role="img" aria-label="${caption}"></canvas>`;
  return `<figure class="${classes}"><figcaption>${caption}<small></small></figcaption>${canvas}</figure>`;
}

/** A slider with a name before it and its value behind it; `attributes` are its own, `classes` those of all three. */
function slider(name, attributes, classes = "") {
  return `<label class="${classes}">${name}<input type="range" ${attributes}><output></output></label>`;
}

/** The scale of the dataset's plane on a sheet of this size. */
function planeScale(snapshot, { width, height }) {
  const [low, high] = snapshot.value_range;
  return squareScale([low, low], [high, high], width, height);
}

/** One slider a latent; the sample that this code decodes to. */
const decoder = {
  html: (data) => {
    const { latents, names, inactive, low, high, stands } = data;
    const sliders = latents.map((latent, i) => {
      const range = `min="${low[i]}" max="${high[i]}" step="any" value="${stands[i]}"`;
      const isInactive = inactive.includes(latent);
      const name = `${names[i]}${isInactive ? " (inactive)" : ""}`;
      return slider(name, `${range} data-latent="${latent}"`, isInactive ? "inactive" : "");
    });
    return `<div class="side"><div>${sliders.join("")}</div>${figure("Decoded", "")}</div>`;
  },
  question: (root, data) => {
    const code = [...data.start];
    for (const input of root.querySelectorAll("input")) {
      code[input.dataset.latent] = Number(input.value);
      input.nextElementSibling.textContent = short(Number(input.value));
    }
    return { decode: [code] };
  },
  height: (canvas, view, look) =>
    look.kind === "dot" ? DECODED : Math.min(DECODED, canvas.clientWidth / aspect(view, look)),
  draw: (root, snapshot, data, repaint) => {
    const { look, names } = data;
    const canvas = root.querySelector("canvas");
    const { samples, reals } = snapshot.views;
    const at = [...root.querySelectorAll("input")].map(({ value }, k) => `${names[k]} ${short(Number(value))}`);
    describe(canvas, `Decoded from ${at.join(", ")}`);
    if (look.kind === "dot") {
      const sheet = prepare(canvas, DECODED);
      const scale = planeScale(snapshot, sheet);
      sheet.context.globalAlpha = 0.5;
      drawDots(sheet.context, reals.values, scale, 1, ROLES.real);
      sheet.context.globalAlpha = 1;
      drawDots(sheet.context, samples.values, scale, 5, ROLES.generated);
      return;
    }
    const { context, width, height } = prepare(canvas, decoder.height(canvas, samples, look));
    present(canvas, drawWall(context, samples, look, 1, [0, 0, width, height]), look, repaint);
  },
};

/** Kind and amount of noise; what the model makes of the damaged samples. */
const repairer = {
  html: (data) => {
    const { kinds, stands } = data;
    const [noise, level] = stands;
    const options = Object.entries(kinds).map(
      ([kind, title]) => `<option value="${kind}" ${kind === noise ? "selected" : ""}>${title}</option>`,
    );
    const choice = `<span>Noise <select aria-label="Noise">${options.join("")}</select></span>`;
    const amount = slider("Level", `min="0" max="1" step="0.01" value="${level}"`);
    return `<div class="foot">${choice}${amount}</div>${figure("Repaired live", "wide")}`;
  },
  question: (root) => {
    const input = root.querySelector("input");
    input.nextElementSibling.textContent = short(Number(input.value));
    return { noise: root.querySelector("select").value, level: Number(input.value) };
  },
  height: (canvas, view, look) => {
    const rows = rowsOf(() => view);
    return look.kind === "dot" ? REPAIRED : layRows(canvas, rows, look, SIZE, GAP).whole;
  },
  draw: (root, snapshot, data, repaint) => {
    const { look } = data;
    const canvas = root.querySelector("canvas");
    const note = root.querySelector("small");
    const { metrics, views } = snapshot;
    const [damage, error] = [metrics.corrupted_mse, metrics.reconstructions_mse];
    note.textContent = `MSE against the original: corrupted ${short(damage)}, repaired ${short(error)}`;
    if (error > damage) note.textContent += ": the repair loses more than the damage did";
    if (look.kind === "dot") {
      note.innerHTML += ROWS.map(({ name, colour }) => ` <span>${dot(colour)}${name}</span>`).join("");
      const sheet = prepare(canvas, REPAIRED);
      const scale = planeScale(snapshot, sheet);
      for (const { shown, colour } of ROWS) drawDots(sheet.context, shown(views).values, scale, 4, colour);
      return;
    }
    const rows = rowsOf((shown) => shown(views));
    present(canvas, drawRows(canvas, rows, look, SIZE, GAP), look, repaint);
  },
};

/** A place between two others to a thousandth of what lies between them, so that an address stays short. */
export function rounded(value, low, high) {
  const digits = 3 - Math.floor(Math.log10(high - low));
  return Number(value.toFixed(Math.min(100, Math.max(0, digits))));
}

/** Put the sliders where the page says, if that is news. */
function heed(root, stands) {
  if (!root.walk.isNews(String(stands))) return;
  root.stands = stands;
  root.querySelectorAll(WIDGETS).forEach((widget, i) => {
    widget.value = stands[i];
  });
  root.ask();
}

/** Tell the page of the widgets at these places that have come to rest; the others stand where they stood. */
function tell(root, rested, setTriggerValue) {
  const widgets = root.querySelectorAll(WIDGETS);
  for (const i of rested) {
    const { type, value, min, max } = widgets[i];
    root.stands = root.stands.with(i, type === "range" ? rounded(...[value, min, max].map(Number)) : value);
  }
  root.walk.tell(String(root.stands));
  setTriggerValue("stands", root.stands);
}

/** What other pictures of the same codes may do with sliders that stand at a code: see walked.js. */
function walkAt(root, data, code, setTriggerValue) {
  const placesOf = (latents) => latents.map((latent) => data.latents.indexOf(latent));
  const go = (latents, values) => {
    placesOf(latents).forEach((i, k) => {
      if (i >= 0) root.querySelectorAll("input")[i].value = values[k];
    });
    root.ask();
  };
  const rested = (latents) => placesOf(latents).filter((i) => i >= 0);
  return { run: data.run, code, go, keep: (latents) => tell(root, rested(latents), setTriggerValue) };
}

const KINDS = { decode: decoder, noise: repairer };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  // Sliders that are moved stay under the hand that moves them.
  const identity = JSON.stringify({ ...data, stands: null });
  if (root.dataset.identity === identity) {
    heed(root, data.stands);
    return root.leave;
  }
  root.stands = data.stands;
  root.walk = new Echo(String(data.stands));
  root.dataset.identity = identity;
  root.asker?.close();
  const kind = KINDS[data.kind];
  root.innerHTML = kind.html(data);
  let answer = null;
  const paint = () => {
    if (answer) return kind.draw(root, answer, data, paint);
    // What is below stays where it is when the answer comes.
    const canvas = root.querySelector("canvas");
    return prepare(canvas, kind.height(canvas, { shape: data.shape }, data.look));
  };
  const answered = (snapshot, milliseconds) => {
    answer = snapshot;
    paint();
    root.dataset.answers = Number(root.dataset.answers || 0) + 1;
    root.dataset.milliseconds = milliseconds.toFixed(1);
  };
  const refused = (reason) => {
    root.querySelector("small").textContent = reason;
  };
  root.asker = new Asker(`/probe/${data.run}`, answered, refused);
  root.ask = () => {
    const question = kind.question(root, data);
    root.asker.ask(question);
    if (question.decode) stand(walkAt(root, data, question.decode[0], setTriggerValue));
  };
  root.querySelectorAll(WIDGETS).forEach((widget, i) => {
    widget.oninput = root.ask;
    widget.onchange = () => tell(root, [i], setTriggerValue);
  });
  root.ask();
  const resized = whenResized(root, paint);
  root.leave = () => {
    resized.disconnect();
    root.asker.close();
    if (data.latents) stand(null);
    delete root.dataset.identity;
  };
  return root.leave;
}
