// Where the points of a cloud stand among the samples that can be selected: each where it is drawn, unless a plot draws
// other points, too.

export class Places {
  /** Of each point its place, −1 for one that cannot be selected; none where points are the samples in their order. */
  constructor(places) {
    this.places = places;
  }

  /** The place of a point, −1 for none. */
  of(point) {
    return this.places.length && point >= 0 ? this.places[point] : point;
  }

  /** The point at a place, −1 where none is drawn. */
  at(place) {
    return this.places.length && place >= 0 ? this.places.indexOf(place) : place;
  }

  /** The last place that any of so many points has. */
  last(count) {
    return this.places.length ? Math.max(...this.places) : count - 1;
  }

  /** What says whether two clouds draw the same samples, of which the page says that they are `samples`. */
  named(samples) {
    return [samples, ...this.places].join(" ");
  }

  /** The places of points, of those that have one. */
  samplesOf(points) {
    return [...points].map((point) => this.of(point)).filter((place) => place >= 0);
  }

  /** The points of the samples that are chosen, as a set; null where none of them is drawn, and none is grey. */
  pointsOf(chosen) {
    if (!chosen || !this.places.length) return chosen;
    const points = new Set([...this.places.keys()].filter((point) => chosen.has(this.places[point])));
    return points.size ? points : null;
  }
}
