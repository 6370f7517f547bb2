// The sample under the pointer on a cloud, in a box beside it.

import { prepare } from "./canvas.js";
import { aspect, drawSample } from "./looks.js";
import { short } from "./text.js";

// The height of a sample in CSS pixels.
const HEIGHT = 84;

export class Tip {
  /** In the box `tip`: samples by their look, each with the name of its group. */
  constructor(tip, { look, samples, names, groups }) {
    Object.assign(this, { tip, look, samples, names, groups });
  }

  /** Whether a point's sample came along: of very large ones only the first did. */
  has(i) {
    return i < this.samples.shape[0];
  }

  hide() {
    this.tip.style.display = "none";
  }

  /** Show sample `i` beside a place of a sheet so wide, or nothing for −1. */
  show(i, [x, y], width) {
    this.hide();
    if (i < 0 || !this.samples.shape[0]) return;
    this.tip.style.display = "block";
    this.#draw(i);
    this.tip.style.left = `${Math.min(x + 14, width - this.tip.offsetWidth)}px`;
    this.tip.style.top = `${y + 14}px`;
  }

  #draw(i) {
    const { look, samples } = this;
    const [sheet, isDot] = [this.tip.querySelector("canvas"), look.kind === "dot"];
    const isDrawn = !isDot && this.has(i);
    sheet.style.display = isDrawn ? "block" : "none";
    if (isDrawn) {
      const ratio = aspect(samples, look);
      sheet.style.width = `${Math.max(1, Math.min(2, ratio)) * HEIGHT}px`;
      const { context, width, height } = prepare(sheet, Math.min(HEIGHT, sheet.clientWidth / ratio));
      drawSample(context, samples, i, look, [0, 0, width, height]);
    }
    const numbers = isDot ? [...samples.values.slice(2 * i, 2 * i + 2)].map((value) => short(value)).join(", ") : "";
    const wish = look.kind === "sound" ? "click to hear" : "";
    const note = this.has(i) ? wish : "too large to be shown here";
    const words = [`sample ${i + 1}`, this.names[this.groups[i]], numbers, note];
    this.tip.querySelector("div").textContent = words.filter(Boolean).join(" · ");
  }
}
