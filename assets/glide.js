// Motion from one snapshot of a run to the next: points, lines and pictures are drawn on their way.

// Milliseconds that a view is on its way at most.
const LONGEST = 1000;
// What lies between two numbers means nothing for labels and clusters, which come in other types.
const MOVING = [Float32Array, Float64Array, Uint8Array];

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

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
  const values = to.values.map((value, i) => from.values[i] + part * (value - from.values[i]));
  return { ...to, values };
}

export class Glide {
  constructor() {
    this.snapshot = null;
    // Of each view by its name: where it comes `from` and goes `to`, when it `began` to, and how long that takes.
    this.ways = new Map();
  }

  /** Set out for a snapshot: each view that is another one takes as long as that was new since the one before. */
  head(snapshot, now) {
    const ways = Object.entries(snapshot.views).map(([name, to]) => {
      const before = this.ways.get(name);
      if (!before || !leadsTo(before.to, to)) return [name, { from: to, to, began: now, time: 0 }];
      if (isSame(before.to, to)) return [name, before];
      const time = stillness.matches ? 0 : Math.min(LONGEST, now - before.began);
      return [name, { from: place(before, now), to, began: now, time }];
    });
    this.snapshot = snapshot;
    this.ways = new Map(ways);
  }

  /** Whether something is still on its way. */
  isMoving(now) {
    return [...this.ways.values()].some(({ began, time }) => now < began + time);
  }

  /** The snapshot with every view where it is now. */
  at(now) {
    if (!this.isMoving(now)) return this.snapshot;
    const views = Object.fromEntries([...this.ways].map(([name, way]) => [name, place(way, now)]));
    return { ...this.snapshot, views };
  }
}
