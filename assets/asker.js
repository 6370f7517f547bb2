// Questions to a run's model, which it answers with pictures.

import { Connection } from "./connection.js";

/** One question at a time: while an answer is under way only the newest next question is kept. */
export class Asker {
  constructor(path, answered, refused) {
    this.waiting = null;
    this.busy = false;
    this.connection = new Connection(path, {
      opened: () => this.flush(),
      snapshot: (snapshot) => this.settle(() => answered(snapshot, performance.now() - this.asked)),
      message: (message) => this.settle(() => refused(message.reason)),
      lost: () => {
        this.busy = false;
      },
      blocked: refused,
    });
  }

  ask(question) {
    this.waiting = question;
    this.flush();
  }

  close() {
    this.connection.close();
  }

  settle(show) {
    this.busy = false;
    show();
    this.flush();
  }

  flush() {
    if (this.busy || !this.waiting || !this.connection.isOpen) return;
    this.busy = true;
    this.asked = performance.now();
    this.connection.send(this.waiting);
    this.waiting = null;
  }
}
