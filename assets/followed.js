// A run that is followed over its socket: its history, where it stands, its newest snapshot, and its film.

import { Connection } from "./connection.js";
import { Glide } from "./glide.js";
import { MESSAGE, STATUS } from "./protocol.js";

// The statuses of a run that is being trained.
const MOVING = [STATUS.WAITING, STATUS.RUNNING];

export class Followed {
  /**
   * Follow the run that `data` describes, at `rate` pictures a second; `moved(run)` is told of all that is new, and
   * `replaced(run)`, which may be set, of the id of another run that takes its place. `before` is the glide of a run
   * of the same samples that was on screen, if there was one; `connection` that of a run whose place it takes.
   */
  constructor(data, rate, moved, before = null, connection = null) {
    // `at` is the step that is looked back at, or null for the newest; `gone` says why the run cannot be followed.
    Object.assign(this, { data, rate, moved, history: [], newest: null, at: null, status: null, gone: "" });
    // What is to be seen of it, by the names of panels.
    this.panels = data.panels;
    // How what is shown is come to from what was, and where that is, in the picture that is being drawn, and curves.
    this.glide = new Glide(before);
    this.here = null;
    this.tip = 0;
    this.replaced = () => {};
    // Earlier snapshots by step, null while they are under way; the steps whose snapshots the server was asked for.
    this.film = new Map();
    this.asked = [];
    // Who waits for news.
    this.waiting = [];
    // In a tab that nobody sees no pictures are made.
    this.turned = () => this.ask();
    document.addEventListener("visibilitychange", this.turned);
    const path = `/live/${data.run}${data.page && `?page=${data.page}`}`;
    const hears = {
      opened: () => {
        this.gone = "";
        this.ask();
      },
      snapshot: (snapshot) => this.hear(snapshot),
      message: (message) => this.note(message),
      lost: () => this.forgetUnanswered(),
      blocked: (reason) => {
        this.gone = reason;
        this.tell();
      },
    };
    this.connection = connection ? connection.passOn(path, hears) : new Connection(path, hears);
    this.ask();
  }

  close() {
    document.removeEventListener("visibilitychange", this.turned);
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
    this.ask();
  }

  /** Ask for pictures of other panels. */
  want(panels) {
    if (String(panels) === String(this.panels)) return;
    this.panels = panels;
    this.ask();
  }

  ask() {
    this.connection.send({ rate: this.rate, panels: document.hidden ? [] : this.panels });
  }

  tell() {
    this.moved(this);
    for (const wake of this.waiting.splice(0)) wake();
  }

  // What it says

  hear(snapshot) {
    const { step, metrics } = snapshot;
    const asked = this.asked.indexOf(step);
    if (asked >= 0) this.asked.splice(asked, 1);
    if (this.film.has(step)) this.film.set(step, snapshot);
    // What was asked for is earlier than the newest, unless it is the same.
    if (asked < 0 || !this.newest || step >= this.newest.step) {
      this.newest = snapshot;
      this.glide.grow(step, performance.now());
      // A run that lost its worker, or its way, stands at an earlier step again.
      this.history = this.history.filter(([earlier]) => earlier <= step);
      if (this.history.at(-1)?.[0] !== step) this.history.push([step, metrics]);
    }
    this.tell();
  }

  note(message) {
    const notes = {
      [MESSAGE.HISTORY]: () => {
        this.history = message.points;
      },
      [MESSAGE.STATUS]: () => {
        const before = this.status?.status ?? this.data.drawn;
        this.status = message;
        if (message.status === STATUS.RUNNING && before !== STATUS.RUNNING) this.beginAnew();
      },
      [MESSAGE.GONE]: () => {
        this.gone = message.reason;
        this.close();
      },
      [MESSAGE.NEXT]: () => this.replaced(message.run),
    };
    notes[message.type]();
    this.tell();
  }

  /**
   * The run moves: it may stand at an earlier step than before, and know nothing of what came after. What was asked for
   * still comes.
   */
  beginAnew() {
    this.film.clear();
    this.at = null;
    this.ask();
  }

  forgetUnanswered() {
    for (const [step, snapshot] of this.film) if (!snapshot) this.film.delete(step);
    this.asked = [];
  }

  // Its film

  /** The steps whose snapshots were kept. */
  get kept() {
    return this.status?.snapshots ?? [];
  }

  /** The one `among` some steps, or the kept ones, that is nearest to `step`; undefined where none is. */
  nearest(step, among = this.kept) {
    const away = (other) => Math.abs(other - step);
    return among.reduce((best, other) => (away(other) < away(best) ? other : best), among[0]);
  }

  /** Whether the snapshot of a step is in the browser. */
  isHere(step) {
    return Boolean(this.film.get(step)) || step === this.newest?.step;
  }

  /** Ask for the kept snapshot nearest to `step`, unless it is here or under way. */
  fetch(step) {
    const kept = this.nearest(step);
    if (kept === undefined || this.film.has(kept) || this.isHere(kept) || !this.connection.isOpen) return;
    this.film.set(kept, null);
    this.asked.push(kept);
    this.connection.send({ snapshot: kept });
  }

  /** Ask for all of the film. */
  fetchAll() {
    for (const step of this.kept) this.fetch(step);
  }

  /** Wait for the kept snapshot nearest to `step`; whether it came: it may be kept no longer. */
  async have(step) {
    const kept = this.nearest(step);
    while (!this.isHere(kept)) {
      if (this.gone || !this.kept.includes(kept)) return false;
      this.fetch(kept);
      await new Promise((wake) => this.waiting.push(wake));
    }
    return true;
  }

  /** The snapshots of the film that are here, in order. */
  get filmed() {
    return this.kept.filter((step) => this.isHere(step)).map((step) => this.film.get(step) ?? this.newest);
  }

  /** What is to be shown of `step`: the kept snapshot nearest to it, of those that are here; of null the newest. */
  shown(step) {
    if (step === null) return this.newest;
    const here = this.kept.filter((other) => this.isHere(other));
    return this.film.get(this.nearest(step, here)) ?? this.newest;
  }

  /** Look back at the kept snapshot nearest to `step`, or with null at the newest. */
  look(step) {
    this.at = step === null ? null : (this.nearest(step) ?? null);
    if (this.at !== null) this.fetch(this.at);
  }

  /** Go on to where what is to be shown is come to by now; whether there is more to come. */
  goOn(now) {
    const snapshot = this.shown(this.at);
    if (snapshot && snapshot !== this.glide.snapshot) this.glide.head(snapshot, now);
    this.here = this.glide.at(now);
    this.tip = this.glide.stepAt(now);
    return this.glide.isMoving(now);
  }

  /** Be at once where what is to be shown is. */
  jump() {
    const snapshot = this.shown(this.at);
    if (snapshot) this.glide.jump(snapshot, performance.now());
  }

  /** The snapshot on screen. */
  get snapshot() {
    return this.here ?? this.shown(this.at);
  }
}
