// A run that is followed over its socket: its history, its newest snapshot, and earlier ones that were asked for.

import { Connection } from "./connection.js";
import { MESSAGE, STATUS } from "./protocol.js";

// The statuses of a run that is being trained.
const MOVING = [STATUS.WAITING, STATUS.RUNNING];

export class Follower {
  /** Follow the run that `data` describes, at `rate` pictures a second; `moved(run)` is told of all that is new. */
  constructor(data, rate, moved) {
    Object.assign(this, { data, rate, moved, history: [], snapshot: null, status: null, gone: "" });
    // Earlier snapshots by step, null while they are under way.
    this.film = new Map();
    this.connection = new Connection(`/live/${data.run}`, {
      opened: () => this.askRate(),
      snapshot: (snapshot) => this.hear(snapshot),
      message: (message) => this.note(message),
      lost: () => this.forgetUnanswered(),
    });
  }

  close() {
    this.connection.close();
  }

  /** Whether a server trains the run, or will as soon as it is its turn. */
  get isMoving() {
    return MOVING.includes(this.status ? this.status.status : this.data.drawn);
  }

  /** Whether it moves, or stands, as the page knew when it was drawn. */
  get isAsDrawn() {
    return this.isMoving === MOVING.includes(this.data.drawn);
  }

  /** Ask for another number of pictures a second. */
  pace(rate) {
    if (rate === this.rate) return;
    this.rate = rate;
    this.askRate();
  }

  askRate() {
    this.connection.send({ rate: this.rate });
  }

  hear(snapshot) {
    if (this.film.has(snapshot.step)) this.film.set(snapshot.step, snapshot);
    // What was asked for is earlier than what is shown, unless it is the same.
    const isNewest = !this.snapshot || snapshot.step >= this.snapshot.step || !this.film.has(snapshot.step);
    if (isNewest) {
      this.snapshot = snapshot;
      // A run that lost its worker, or its way, stands at an earlier step again.
      this.history = this.history.filter(([step]) => step <= snapshot.step);
      if (this.history.at(-1)?.[0] !== snapshot.step) this.history.push([snapshot.step, snapshot.metrics]);
    }
    this.moved(this);
  }

  note(message) {
    if (message.type === MESSAGE.HISTORY) this.history = message.points;
    else if (message.type === MESSAGE.GONE) {
      this.gone = message.reason;
      this.close();
    } else {
      const hasStarted = message.status === STATUS.RUNNING && this.status?.status !== STATUS.RUNNING;
      this.status = message;
      if (hasStarted) {
        // It may stand at an earlier step than before, and know nothing of what came after.
        this.film.clear();
        this.askRate();
      }
    }
    this.moved(this);
  }

  forgetUnanswered() {
    for (const [step, snapshot] of this.film) if (!snapshot) this.film.delete(step);
  }

  /** The one `among` some steps, or the kept ones, that is nearest to a `share` of all; undefined where none is. */
  nearest(share, among = this.status?.snapshots ?? []) {
    const away = (step) => Math.abs(step - share * this.status.steps);
    return among.reduce((best, step) => (away(step) < away(best) ? step : best), among[0]);
  }

  /** Ask for the kept snapshot nearest to a `share` of all steps, unless it is here. */
  fetch(share) {
    const step = this.nearest(share);
    if (step === undefined || this.film.has(step) || step === this.snapshot?.step || !this.connection.isOpen) return;
    this.film.set(step, null);
    this.connection.send({ snapshot: step });
  }

  /** The snapshot to be shown at a `share` of all steps: the nearest that is here; the newest where it is null. */
  at(share) {
    if (share === null) return this.snapshot;
    const here = (this.status?.snapshots ?? []).filter((step) => this.film.get(step) || step === this.snapshot?.step);
    const step = this.nearest(share, here);
    return this.film.get(step) ?? this.snapshot;
  }
}
