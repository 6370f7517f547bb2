// Where the points of a cloud stand among the samples that can be selected: each where it is drawn, unless a plot draws
// other points, too.

export class Places {
  /** Of each point its place, −1 for one that cannot be selected; none where points are the samples in their order. */
  constructor(places) {
    this.places = places;
  }

  /** The points of the samples that are chosen, as a set; null where none is. */
  pointsOf(chosen) {
    if (!chosen || !this.places.length) return chosen;
    return new Set([...this.places.keys()].filter((point) => chosen.has(this.places[point])));
  }

  /** The samples that these points are of. */
  samplesOf(points) {
    return this.places.length ? points.map((point) => this.places[point]).filter((place) => place >= 0) : points;
  }
}
