// The sample under the pointer on a cloud, in a box beside it, and next to it what the run's model rebuilds of it.

import { Asker } from "./asker.js";
import { prepare } from "./canvas.js";
import { aspect, drawSample } from "./looks.js";
import { short } from "./text.js";

// The height of a sample, and what lies between two, in CSS pixels.
const HEIGHT = 84;
const GAP = 4;

/** The numbers of point `i` of a view, as text. */
function numbers({ values }, i) {
  return [...values.slice(2 * i, 2 * i + 2)].map((value) => short(value)).join(", ");
}

export class Tip {
  /**
   * In the box `tip`: samples by their look, each with the number of its place and the name of its group; where a run
   * `rebuilds` this part of its data, its model is asked what it makes of them.
   */
  constructor(tip, { look, samples, names, groups, places, rebuilds = null }) {
    Object.assign(this, { tip, look, samples, names, groups, places, rebuilds, shown: -1, rebuilt: null });
  }

  /** Whether a point's sample came along: of very large ones only the first did. */
  has(i) {
    return i < this.samples.shape[0];
  }

  hide() {
    this.tip.style.display = "none";
    this.shown = -1;
  }

  close() {
    this.asker?.close();
  }

  /** Show sample `i` beside a place of a sheet so wide, or nothing for −1. */
  show(i, [x, y], width) {
    this.hide();
    if (i < 0 || !this.samples.shape[0]) return;
    this.tip.style.display = "block";
    Object.assign(this, { shown: i, rebuilt: null });
    this.#draw();
    this.tip.style.left = `${Math.min(x + 14, width - this.tip.offsetWidth)}px`;
    this.tip.style.top = `${y + 14}px`;
    this.#ask(i);
  }

  /** Show what sample `i` is rebuilt as, a view (1, …), if the pointer is still there. */
  see(i, rebuilt) {
    if (i !== this.shown) return;
    this.rebuilt = rebuilt;
    this.#draw();
  }

  #ask(i) {
    if (!this.rebuilds) return;
    const { run, part } = this.rebuilds;
    this.asker ??= new Asker(
      `/probe/${run}`,
      ({ views }, _, question) => this.see(question.see, views.reconstructions),
      // Then the sample stands alone.
      () => {},
    );
    this.asker.ask({ see: i, of: part });
  }

  /** The sample, and at its right the room for what it is rebuilt as. */
  #draw() {
    const { look, samples, shown: i, rebuilt } = this;
    const [sheet, isDot] = [this.tip.querySelector("canvas"), look.kind === "dot"];
    const isDrawn = !isDot && this.has(i);
    sheet.style.display = isDrawn ? "block" : "none";
    if (isDrawn) {
      const [ratio, sides] = [aspect(samples, look), this.rebuilds ? 2 : 1];
      sheet.style.width = `${sides * Math.max(1, Math.min(2, ratio)) * HEIGHT + (sides - 1) * GAP}px`;
      const wide = (sheet.clientWidth - (sides - 1) * GAP) / sides;
      const { context, height } = prepare(sheet, Math.min(HEIGHT, wide / ratio));
      drawSample(context, samples, i, look, [0, 0, wide, height]);
      if (rebuilt) drawSample(context, rebuilt, 0, look, [wide + GAP, 0, wide, height]);
    }
    const wish = look.kind === "sound" ? "click to hear" : "";
    const note = this.has(i) ? wish : "too large to be shown here";
    const beside = isDot ? `rebuilt as ${rebuilt && numbers(rebuilt, 0)}` : "at the right rebuilt";
    const place = this.places.of(i);
    const words = [
      place >= 0 && `sample ${place + 1}`,
      this.names[this.groups[i]],
      isDot && numbers(samples, i),
      note,
      rebuilt && beside,
    ];
    this.tip.querySelector("div").textContent = words.filter(Boolean).join(" · ");
  }
}
