// The hand that draws a sample: its code moves among the others, its reconstruction and its neighbours stand below.

import { Asker } from "./asker.js";
import { describe, prepare, whenResized } from "./canvas.js";
import { drawCross } from "./cross.js";
import { aspect, drawSample, present, relativeHeight } from "./looks.js";
import { padFor } from "./pads.js";
import { drawRows } from "./tiles.js";

// The neighbours that are shown, their height, and that of what was drawn and what came of it, in CSS pixels.
const NEIGHBOURS = 12;
const SMALL = 44;
const LARGE = 132;

/** Sample `i` alone on a canvas. */
function drawOne(canvas, view, look, repaint) {
  const high = Math.min(LARGE * relativeHeight(view, look), canvas.clientWidth / aspect(view, look));
  const { context } = prepare(canvas, high);
  const box = [0, 0, high * aspect(view, look), high];
  drawSample(context, view, 0, look, box);
  present(canvas, [{ view, i: 0, name: "", box }], look, repaint);
}

const figure = (name, title) =>
  `<figure class="${name}"><figcaption>${title}</figcaption>` +
  `<canvas role="img" aria-label="${title}"></canvas></figure>`;

export const draw = {
  title: "Draw",
  html: ({ look, decodes }) =>
    `<p>What you draw is encoded at once: the cross is its code among the others.</p>` +
    `<div class="pad ${look.kind}"><figure class="own"><figcaption>Yours</figcaption>${padFor(look).html}</figure>` +
    `${figure("seen", "As it is seen")}${decodes ? figure("rebuilt", "Reconstructed") : ""}</div>` +
    `${figure("near", "Samples with the nearest codes")}<p class="refused" aria-live="polite"></p>`,

  take: (area, kit, kept) => {
    const { space, look, samples, names, groups, repaint } = kit;
    kept.pad ??= {};
    let [cross, answer, asked] = [null, null, null];
    const canvasOf = (name) => area.querySelector(`.${name} canvas`);
    const show = () => {
      pad.paint();
      if (!answer) return;
      const { codes, reconstructions } = answer.views;
      drawOne(canvasOf("seen"), asked, look, show);
      if (reconstructions) drawOne(canvasOf("rebuilt"), reconstructions, look, show);
      const code = [...codes.values];
      const near = space.nearest(code, NEIGHBOURS).filter((i) => i < samples.shape[0]);
      const view = { ...samples, shape: [near.length, ...samples.shape.slice(1)] };
      const size = samples.values.length / samples.shape[0];
      view.values = new samples.values.constructor(near.length * size);
      near.forEach((i, k) => {
        view.values.set(samples.values.subarray(i * size, (i + 1) * size), k * size);
      });
      const notes = names.length ? near.map((i) => names[groups[i]]) : [];
      describe(canvasOf("near"), `The samples with the nearest codes: ${notes.join(", ")}`);
      const tiles = drawRows(canvasOf("near"), [{ view, name: "", notes }], look, SMALL, 4);
      present(canvasOf("near"), tiles, look, show);
      cross = { code: space.placeOf(code), view: null, i: 0 };
      repaint();
    };
    const asker = new Asker(
      `/probe/${kit.run}`,
      (snapshot, milliseconds, question) => {
        answer = snapshot;
        const [shape, range] = [
          [1, ...samples.shape.slice(1)],
          [0, 1],
        ];
        asked = { values: Float32Array.from(question.sketch), shape, range };
        show();
        area.dataset.answers = Number(area.dataset.answers || 0) + 1;
        area.dataset.milliseconds = milliseconds.toFixed(1);
      },
      (reason) => {
        area.querySelector(".refused").textContent = reason;
      },
    );
    const changed = () => {
      pad.paint();
      asker.ask({ sketch: pad.values().map((value) => Number(Math.max(0, Math.min(1, value)).toFixed(3))) });
    };
    const pad = padFor(look).take(area.querySelector(".own"), kit, kept.pad, changed);
    area.querySelector(".clear").onclick = () => {
      pad.clear();
      changed();
    };
    changed();
    const resized = whenResized(area, show);
    return {
      draw: (sheet, scale) => {
        if (cross) drawCross(sheet, cross, look, scale);
      },
      close: () => {
        resized.disconnect();
        asker.close();
      },
    };
  },
};
