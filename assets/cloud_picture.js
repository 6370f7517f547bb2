// The picture of a cloud: points in two or three dimensions, on their ground where they have one.

import { axisNames, drawAxes, drawOutside, drawPrior, frameScale, inFrame, outside } from "./axes.js";
import { prepare } from "./canvas.js";
import { amongPoints } from "./grid.js";
import { canStandAmong, drawMarks, drawNames } from "./marks.js";
import { along } from "./points.js";
import { box, squareScale } from "./scale.js";
import { turn } from "./turning.js";

// How large marks are beside the smallest.
const SIZE = 1.2;
// The radius of the ring around a point, in CSS pixels.
const RING = 8;

export class Picture {
  /**
   * On a canvas: `marked` points { marks, groups, isHollow } whose groups have `names`; where there is a `ground`, on
   * that. Of three dimensions they are turned as the `view` says. All is seen through a `lens`.
   */
  constructor(canvas, { marked, names, ground, dimensions, view, lens }) {
    Object.assign(this, { canvas, marked, ground, dimensions, view, lens, chosen: null });
    const isNamed = marked.isHollow || canStandAmong(names);
    // A letter in the middle of noise would stand for nothing.
    this.written = names.map((name, k) => (isNamed && marked.marks[k % marked.marks.length].shape !== "x" ? name : ""));
  }

  /** Let points stand at `values` (N, dimensions), turned as the view says now. */
  put(values) {
    this.values = values;
    this.flat = this.dimensions === 3 ? turn(values, this.view.yaw, this.view.pitch) : values;
  }

  /** Where points belong, { values, scale }. */
  get end() {
    return { values: this.flat, scale: this.scale };
  }

  /** The same of where they are, `part` of the way there `from` others: places on the sheet. */
  onTheWay(from, part) {
    const [x, y] = [0, 1].map((axis) => along({ ...this.end, from, part }, axis));
    const values = this.flat.map((_, k) => (k % 2 ? y : x)(k >> 1));
    return { values, scale: [(value) => value, (value) => value] };
  }

  /** Where the part that is seen stands on the canvas: its middle, and its width and height, in CSS pixels. */
  get seen() {
    const [low, high] = this.frame;
    const ends = this.scale.map((along, axis) => [along(low[axis]), along(high[axis])]);
    return { middle: ends.map(([a, b]) => (a + b) / 2), size: ends.map(([a, b]) => Math.abs(b - a)) };
  }

  /** Draw so high in CSS pixels; points are where they stand, or `part` of the way there `from` { values, scale }. */
  paint(tall, from = null, part = 1) {
    const { context, width, height } = prepare(this.canvas, tall);
    this.frame = this.lens.part(this.ground ? [this.ground.low, this.ground.high] : box(this.flat));
    this.scale = this.ground ? frameScale(this.frame, width, height) : squareScale(...this.frame, width, height);
    const way = { ...this.end, from, part };
    if (this.ground) this.#drawOnGround(context, way);
    else this.#drawPoints(context, way);
  }

  #drawPoints(context, way) {
    drawMarks(context, way, this.marked, SIZE, this.chosen);
    drawNames(context, way, this.marked.groups, this.written);
  }

  #drawOnGround(context, way) {
    const { ground, frame, scale, flat } = this;
    const { latents, prior } = ground;
    drawAxes(context, frame, scale, axisNames(latents));
    inFrame(context, frame, scale, () => {
      this.#drawPoints(context, way);
      drawPrior(context, prior, latents, scale);
    });
    drawOutside(context, outside(flat, frame), frame, scale);
  }

  /** The point under a place of the sheet, or −1. */
  under(place) {
    return amongPoints(this.flat, this.scale).under(place);
  }

  /** Where a point stands on the sheet. */
  placeOf(i) {
    return this.scale.map((along, axis) => along(this.flat[2 * i + axis]));
  }

  /** Draw a ring around a point. */
  ring(context, i, thickness) {
    context.lineWidth = thickness;
    context.beginPath();
    context.arc(...this.placeOf(i), RING, 0, 6.283);
    context.stroke();
  }

  /** The points inside a closed line through corners on the sheet. */
  enclosed(corners) {
    return amongPoints(this.flat, this.scale).enclosed(corners);
  }
}
