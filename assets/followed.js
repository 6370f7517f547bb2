// A run that is followed over its socket: what it measured, where it stands, and the snapshot of it that is shown.

import { Connection } from "./connection.js";
import { MESSAGE } from "./protocol.js";

export class Followed {
  /** `hears` is told what happens: `opened()`; `status(before, now)`, each time one comes; `news()`, after all else. */
  constructor(data, hears) {
    // `at` is the step that is looked back at, or null for the newest.
    Object.assign(this, { data, history: [], status: null, snapshot: null, newest: null, at: null });
    // Steps whose snapshots were asked for and have not come yet.
    this.asked = new Set();
    this.hears = hears;
    const handlers = {
      [MESSAGE.HISTORY]: (message) => {
        this.history = message.points;
      },
      [MESSAGE.STATUS]: (message) => {
        const before = this.status?.status ?? this.data.drawn;
        this.status = message;
        hears.status?.(before, message.status);
      },
      [MESSAGE.GONE]: (message) => {
        this.connection.close();
        hears.gone?.(message.reason);
      },
    };
    this.connection = new Connection(`/live/${data.run}`, {
      opened: () => hears.opened?.(),
      snapshot: (snapshot) => {
        this.take(snapshot);
        hears.news();
      },
      message: (message) => {
        handlers[message.type](message);
        hears.news();
      },
      lost: () => this.asked.clear(),
    });
  }

  /** Show an earlier snapshot that was asked for, or keep the newest. */
  take(snapshot) {
    if (this.asked.delete(snapshot.step)) {
      if (this.at !== null) this.snapshot = snapshot;
      return;
    }
    this.newest = snapshot;
    if (this.at === null) this.snapshot = snapshot;
    // A run that lost its worker, or its way, stands at an earlier step again.
    this.history = this.history.filter(([step]) => step <= snapshot.step);
    if (this.history.at(-1)?.[0] !== snapshot.step) this.history.push([snapshot.step, snapshot.metrics]);
  }

  /** Look back at the last snapshot that was kept up to `step`, or with null at the newest. */
  look(step) {
    const snapshots = this.status?.snapshots ?? [];
    const kept = step === null ? undefined : snapshots.findLast((other) => other <= step);
    this.at = kept ?? null;
    if (kept === undefined) this.snapshot = this.newest;
    else {
      this.asked.add(kept);
      this.connection.send({ snapshot: kept });
    }
  }

  close() {
    this.connection.close();
  }
}
