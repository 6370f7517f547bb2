// Pads to draw a sample on: strokes for a picture, a line for a sequence, a field for a word. A pad gives the sample's
// values as shares of the data's range, and keeps in `kept` what was drawn.

import { prepare } from "./canvas.js";
import { letDraw } from "./pen.js";
import { share } from "./snapshot.js";
import { rasterised, typical } from "./strokes.js";

// The largest side of a pad in CSS pixels, and the height of one for lines.
const SIDE = 176;
const HIGH = 132;

const CLEAR = `<button type="button" class="clear">Clear</button>`;

/** Have a pen on a canvas call `act(x, y, isFirst)`, in shares of its width and height, and then `changed()`. */
function letDrawShares(canvas, act, changed) {
  letDraw(canvas, ([x, y], isFirst) => {
    act(x / canvas.clientWidth, y / canvas.clientHeight, isFirst);
    changed();
  });
}

/** Strokes, which become a picture as the data's are: as large, and with its middle where theirs is. */
const picture = {
  html:
    `<canvas class="drawn" role="img" aria-label="A pad to draw a picture on"></canvas>` +
    `<label>Pen <input name="pen" type="range" min="0.04" max="0.4" step="0.01"></label>${CLEAR}`,
  take: (root, { samples }, kept, changed) => {
    kept.strokes ??= [];
    const [canvas, pen] = [root.querySelector("canvas"), root.querySelector("input")];
    const [height, width] = samples.shape.slice(-2);
    const model = typical(samples);
    kept.pen ??= model.pen;
    pen.value = kept.pen;
    const paint = () => {
      canvas.style.width = `${SIDE}px`;
      const wide = canvas.clientWidth;
      const { context } = prepare(canvas, (wide * height) / width);
      context.lineWidth = kept.pen * wide;
      context.lineCap = "round";
      context.lineJoin = "round";
      for (const stroke of kept.strokes) {
        context.beginPath();
        // A dot is a line of no length.
        context.moveTo(...stroke[0].map((value, axis) => value * [wide, canvas.clientHeight][axis]));
        for (const [x, y] of stroke) context.lineTo(x * wide, y * canvas.clientHeight);
        context.stroke();
      }
    };
    const act = (x, y, isFirst) => {
      if (isFirst) kept.strokes.push([]);
      kept.strokes.at(-1).push([x, y]);
    };
    letDrawShares(canvas, act, changed);
    pen.oninput = () => {
      kept.pen = Number(pen.value);
      changed();
    };
    const clear = () => {
      kept.strokes = [];
    };
    return { paint, clear, values: () => rasterised(kept.strokes, kept.pen, [width, height], model) };
  },
};

/** A line, which begins as the mean of the data; of several numbers a step, each is drawn by itself. */
const line = {
  html:
    `<canvas class="drawn" role="img" aria-label="A pad to draw a line on"></canvas>` +
    `<select aria-label="Which number of a step is drawn"></select>${CLEAR}`,
  take: (root, { samples, look }, kept, changed) => {
    const [canvas, select] = [root.querySelector("canvas"), root.querySelector("select")];
    const size = samples.values.length / samples.shape[0];
    // A sound's amplitudes are one line, however many make a step.
    const features = look.kind === "sound" || samples.shape.length < 3 ? 1 : samples.shape[2];
    const steps = size / features;
    const mean = () => {
      const sum = new Float32Array(size);
      for (let i = 0; i < samples.values.length; i++) sum[i % size] += share(samples, samples.values[i]);
      return sum.map((value) => value / samples.shape[0]);
    };
    kept.values ??= mean();
    select.hidden = features === 1;
    select.innerHTML = [...Array(features).keys()].map((k) => `<option value="${k}">number ${k + 1}</option>`).join("");
    let last = null;
    const act = (x, y, isFirst) => {
      const feature = Number(select.value || 0);
      const clamped = [x, y].map((value) => Math.max(0, Math.min(1, value)));
      const now = [Math.round(clamped[0] * (steps - 1)), 1 - clamped[1]];
      const [from, level] = isFirst || !last ? now : last;
      const apart = Math.abs(now[0] - from);
      for (let k = 0; k <= apart; k++) {
        const step = from + Math.sign(now[0] - from) * k;
        kept.values[step * features + feature] = level + (apart ? k / apart : 1) * (now[1] - level);
      }
      last = now;
    };
    const paint = () => {
      const { context, width, height } = prepare(canvas, HIGH);
      for (let feature = 0; feature < features; feature++) {
        context.globalAlpha = feature === Number(select.value || 0) ? 1 : 0.4;
        context.beginPath();
        for (let step = 0; step < steps; step++) {
          const level = kept.values[step * features + feature];
          context.lineTo((step / Math.max(1, steps - 1)) * width, (1 - level) * height);
        }
        context.stroke();
      }
      context.globalAlpha = 1;
    };
    letDrawShares(canvas, act, changed);
    select.onchange = changed;
    const clear = () => {
      kept.values = mean();
    };
    return { paint, clear, values: () => [...kept.values] };
  },
};

/** A field for a word of the data's own characters; the others are left out. */
const word = {
  html: `<label class="word">Word <input type="text" autocomplete="off" spellcheck="false"></label>${CLEAR}`,
  take: (root, { samples, look }, kept, changed) => {
    const field = root.querySelector("input");
    const [steps, features] = samples.shape.slice(1);
    const letters = [...look.alphabet];
    kept.text ??= "";
    field.maxLength = steps;
    field.value = kept.text;
    field.oninput = () => {
      const known = [...field.value].map((letter) => (letters.includes(letter) ? letter : letter.toLowerCase()));
      kept.text = known.filter((letter) => letters.includes(letter)).join("");
      field.value = kept.text;
      changed();
    };
    const values = () => {
      const written = [...kept.text.padEnd(steps)].slice(0, steps);
      return written.flatMap((letter) => letters.slice(0, features).map((each) => Number(each === letter)));
    };
    const clear = () => {
      kept.text = "";
      field.value = "";
    };
    return { paint: () => {}, clear, values };
  },
};

/** The pad of each look; there is none for points of the plane, and none for colours. */
const PADS = { picture, curve: line, sound: line, text: word };

/** The pad to draw samples on that look so. */
export function padFor(look) {
  return PADS[look.kind];
}
