// Motion from one snapshot to the next, of a run or its film: points, lines and pictures are drawn on their way, and
// curves up to it.

import { stillness } from "./stillness.js";

// Milliseconds that a view is on its way at most.
const LONGEST = 1000;
// What lies between two numbers means nothing for labels and clusters, which come in other types.
const MOVING = [Float32Array, Float64Array, Uint8Array];

/** Whether a view can be drawn on its way to another: the same samples of it, seen later. */
function leadsTo(view, other) {
  const isAlike = view.values.length === other.values.length && String(view.range) === String(other.range);
  return isAlike && MOVING.some((type) => view.values instanceof type && other.values instanceof type);
}

/** Whether two views of one length hold the same numbers. */
function isSame({ values }, other) {
  return values.every((value, i) => value === other.values[i]);
}

/** Where a view is on its way at a time, in milliseconds. */
function place({ from, to, began, time }, now) {
  const part = time ? (now - began) / time : 1;
  if (part >= 1) return to;
  const values = to.values.slice();
  // A loop, because this is done for every value of every picture: a callback for each takes several times as long.
  for (let i = 0; i < values.length; i++) values[i] = from.values[i] + part * (to.values[i] - from.values[i]);
  return { ...to, values };
}

/** The way to a view, from where it is on its way `before`: it takes as long as that was new, or `longest`. */
function wayTo(to, before, now, longest = LONGEST) {
  if (!before || !leadsTo(before.to, to)) return { from: to, to, began: now, time: 0 };
  if (isSame(before.to, to)) return before;
  const time = stillness.matches ? 0 : Math.min(longest, now - before.began);
  return { from: place(before, now), to, began: now, time };
}

export class Glide {
  /** What is drawn of the same samples on the way `from` another run comes from where it is. */
  constructor(from = null) {
    this.snapshot = null;
    // Of each view by its name: where it comes `from` and goes `to`, when it `began` to, and how long that takes.
    this.ways = new Map(from?.ways);
    // The same of the step, which curves come to: a view of one number.
    this.tip = null;
  }

  /** Set out for a snapshot, to be there in `longest` milliseconds at most. */
  head(snapshot, now, longest) {
    const way = ([name, to]) => [name, wayTo(to, this.ways.get(name), now, longest)];
    const ways = Object.entries(snapshot.views).map(way);
    this.snapshot = snapshot;
    this.ways = new Map(ways);
  }

  /** Be at a snapshot at once. */
  jump(snapshot, now) {
    this.ways.clear();
    this.head(snapshot, now);
  }

  /** Let curves set out for a step, to be there in `longest` milliseconds at most. */
  grow(step, now, longest) {
    this.tip = wayTo({ values: Float64Array.of(step) }, this.tip, now, longest);
  }

  /** Whether something is still on its way. */
  isMoving(now) {
    return [this.tip, ...this.ways.values()].some((way) => way && now < way.began + way.time);
  }

  /** The snapshot with every view where it is now. */
  at(now) {
    if (!this.isMoving(now)) return this.snapshot;
    const views = Object.fromEntries([...this.ways].map(([name, way]) => [name, place(way, now)]));
    return { ...this.snapshot, views };
  }

  /** The step that curves have come to. */
  stepAt(now) {
    return this.tip ? place(this.tip, now).values[0] : 0;
  }
}
