// A film as a GIF, written by a worker, so that the page can be used meanwhile.

class Gif {
  /** Write what `canvas` shows, a picture with each `add`. */
  constructor(canvas) {
    this.canvas = canvas;
    this.worker = new Worker(new URL("gif_worker.js", import.meta.url), { type: "module" });
  }

  /** What the worker answers. */
  ask(message, transferred = []) {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.onerror = ({ message }) => reject(new Error(message));
      this.worker.postMessage(message, transferred);
    });
  }

  /** One picture more, shown for so many seconds. */
  async add(seconds) {
    const { width, height } = this.canvas;
    const { data: pixels } = this.canvas.getContext("2d").getImageData(0, 0, width, height);
    await this.ask({ pixels, width, height, delay: 1000 * seconds }, [pixels.buffer]);
  }

  /** The file. */
  async finish() {
    const bytes = await this.ask({});
    this.worker.terminate();
    return new Blob([bytes], { type: "image/gif" });
  }

  cancel() {
    this.worker.terminate();
  }
}

/** GIFs, which every browser can write. */
export const GIF = { title: "GIF", ending: "gif", open: (canvas) => new Gif(canvas) };
