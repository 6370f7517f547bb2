// A space of codes and the picture that they were projected into: from a place to a code, from a code to a place.

// How many points stand for the place between them.
export const NEAREST = 6;

/** Squared distances of rows (N, size) to one of them or to any other. */
function distances(row, rows) {
  const size = row.length;
  return Float64Array.from({ length: rows.length / size }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += (rows[i * size + k] - row[k]) ** 2;
    return sum;
  });
}

/** The places of the `count` smallest of some values, the smallest first. */
function smallest(values, count) {
  const found = [];
  values.forEach((value, i) => {
    if (found.length === count && !(value < values[found.at(-1)])) return;
    const place = found.findIndex((other) => value < values[other]);
    found.splice(place < 0 ? found.length : place, 0, i);
    if (found.length > count) found.pop();
  });
  return found;
}

/**
 * The mean of those rows of `others` (N, M) that belong to the rows of `rows` (N, K) nearest to one, each weighted by
 * one over its squared distance (Shepard 1968, A two-dimensional interpolation function for irregularly-spaced data).
 */
function blend(row, rows, others) {
  const away = distances(row, rows);
  const size = others.length / away.length;
  const mean = new Array(size).fill(0);
  let total = 0;
  for (const i of smallest(away, NEAREST)) {
    const weight = 1 / Math.max(away[i], 1e-12);
    total += weight;
    for (let k = 0; k < size; k++) mean[k] += weight * others[i * size + k];
  }
  return mean.map((value) => value / total);
}

export class Space {
  /** Codes (N, latents) and their points (N, 2); where these are a shadow, codes times `axes` (latents, 2). */
  constructor(codes, points, axes) {
    Object.assign(this, { codes, points, axes, latents: (2 * codes.length) / points.length });
  }

  /** Whether each place is one code, and each code one place. */
  get isExact() {
    return this.axes.length > 0 && this.latents <= 2;
  }

  /** The code of sample `i`. */
  code(i) {
    return [...this.codes.subarray(i * this.latents, (i + 1) * this.latents)];
  }

  /** The code at a place: of more than two latents, or where points were moved, that of the points nearest to it. */
  codeAt(place) {
    return this.isExact ? place.slice(0, this.latents) : blend(place, this.points, this.codes);
  }

  /** Where a code lies, or would lie. */
  placeOf(code) {
    if (!this.axes.length) return blend(code, this.codes, this.points);
    return [0, 1].map((axis) => code.reduce((sum, value, k) => sum + value * this.axes[2 * k + axis], 0));
  }

  /** The samples whose codes are nearest to one, the nearest first. */
  nearest(code, count) {
    return smallest(distances(code, this.codes), count);
  }

  /** The other samples whose codes are nearest to that of sample `i`, the nearest first. */
  neighbours(i, count) {
    return this.nearest(this.code(i), count + 1)
      .filter((other) => other !== i)
      .slice(0, count);
  }

  /** The mean of all codes. */
  get middle() {
    const count = this.codes.length / this.latents;
    const sum = new Array(this.latents).fill(0);
    this.codes.forEach((value, i) => {
      sum[i % this.latents] += value / count;
    });
    return sum;
  }
}

/** `count` codes evenly on the straight line from one to another. */
export function straight(from, to, count) {
  return Array.from({ length: count }, (_, i) => from.map((value, k) => value + (i / (count - 1)) * (to[k] - value)));
}

/**
 * `count` codes from one to another around a `centre`, evenly by angle: sin((1 − t)Ω)/sin Ω p + sin(tΩ)/sin Ω q
 * (Shoemake 1985; White 2016, Sampling generative networks), so that between ends on a sphere all lie on it.
 */
export function spherical(from, to, count, centre) {
  const [p, q] = [from, to].map((code) => code.map((value, k) => value - centre[k]));
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)))));
  // In line with the centre, or in it, there is no arc.
  if (!(Math.sin(angle) > 1e-6)) return straight(from, to, count);
  return Array.from({ length: count }, (_, i) => {
    const [left, right] = [1 - i / (count - 1), i / (count - 1)].map((t) => Math.sin(t * angle) / Math.sin(angle));
    return p.map((value, k) => centre[k] + left * value + right * q[k]);
  });
}

/** `count` places evenly along a line that was drawn through `places` [x, y], by its length. */
export function evenly(places, count) {
  const lengths = [0];
  for (let i = 1; i < places.length; i++) {
    const [[ax, ay], [bx, by]] = [places[i - 1], places[i]];
    lengths.push(lengths[i - 1] + Math.hypot(bx - ax, by - ay));
  }
  let i = 1;
  return Array.from({ length: count }, (_, k) => {
    const at = (k / (count - 1)) * lengths.at(-1);
    while (i < places.length - 1 && lengths[i] < at) i++;
    const part = (at - lengths[i - 1]) / (lengths[i] - lengths[i - 1] || 1);
    return [0, 1].map((axis) => places[i - 1][axis] + part * (places[i][axis] - places[i - 1][axis]));
  });
}
