// A path through codes, decoded: a player that goes along it, and its samples side by side.

import { describe, prepare, whenResized } from "./canvas.js";
import { present } from "./looks.js";
import { drawDots } from "./plane.js";
import { Player, playerHtml } from "./player.js";
import { ROLES } from "./protocol.js";
import { box, squareScale } from "./scale.js";
import { frame } from "./selection.js";
import { drawRows } from "./tiles.js";

// The height of a sample, and that of a plane of decoded points, in CSS pixels.
const SIZE = 44;
const PLANE = 240;

export const REEL = `<div class="reel" hidden>${playerHtml("Along the path")}<canvas></canvas></div>`;

export class Reel {
  /** On the element `root`; `moved(i)` is told which of its samples is looked at. */
  constructor(root, { look, samples }, moved) {
    Object.assign(this, { root, look, samples, rows: [], canvas: root.querySelector("canvas") });
    this.player = new Player(root.querySelector(".film"), (i) => {
      this.draw();
      moved(i);
      return `${i + 1} of ${this.player.count}`;
    });
    this.resized = whenResized(root, () => this.draw());
  }

  /** Show rows of decoded samples [{ name, view }], all of one length. */
  show(rows) {
    const [count] = rows[0].view.shape;
    this.rows = rows;
    this.root.hidden = false;
    this.root.dataset.samples = count;
    this.player.take(count);
    describe(this.canvas, `What is decoded along the path, ${count} samples: ${rows.map((row) => row.name)}`);
    this.player.go(Math.min(this.player.at, count - 1));
  }

  /** Show nothing. */
  hide() {
    this.player.stop();
    this.rows = [];
    this.root.hidden = true;
  }

  draw() {
    if (!this.rows.length || !this.root.clientWidth) return;
    if (this.look.kind === "dot") this.drawPoints();
    else {
      const tiles = drawRows(this.canvas, this.rows, this.look, SIZE, 4, true);
      present(this.canvas, tiles, this.look, () => this.draw());
      const away = (i) => Math.abs(i - this.player.at);
      const [nearest] = tiles.map(({ i }) => i).sort((a, b) => away(a) - away(b));
      frame(this.canvas, tiles, new Set([nearest]));
    }
  }

  /** The decoded points among the real ones, the one that is looked at the larger. */
  drawPoints() {
    const { context, width, height } = prepare(this.canvas, PLANE);
    const scale = squareScale(...box(this.samples.values), width, height);
    context.globalAlpha = 0.5;
    drawDots(context, this.samples.values, scale, 1.5, ROLES.real);
    context.globalAlpha = 1;
    const { at } = this.player;
    for (const { view } of this.rows) {
      drawDots(context, view.values, scale, 2, ROLES.generated);
      drawDots(context, view.values.subarray(2 * at, 2 * at + 2), scale, 6, ROLES.generated);
    }
  }

  close() {
    this.player.stop();
    this.resized.disconnect();
  }
}
