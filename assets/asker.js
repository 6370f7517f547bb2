// Questions to a run's model, which it answers with pictures.

import { Connection } from "./connection.js";

/** One question at a time: while an answer is under way only the newest next question is kept. */
export class Asker {
  constructor(path, answered, refused) {
    this.waiting = null;
    this.asking = null;
    this.connection = new Connection(path, {
      opened: () => this.flush(),
      snapshot: (snapshot) => this.settle((question) => answered(snapshot, performance.now() - this.asked, question)),
      message: (message) => this.settle(() => refused(message.reason)),
      // What was under way is asked again, unless something newer is to be asked.
      lost: () => {
        this.waiting ??= this.asking;
        this.asking = null;
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
    const question = this.asking;
    this.asking = null;
    show(question);
    this.flush();
  }

  flush() {
    if (this.asking || !this.waiting || !this.connection.isOpen) return;
    this.asked = performance.now();
    this.asking = this.waiting;
    this.waiting = null;
    this.connection.send(this.asking);
  }
}
