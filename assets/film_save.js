// Saving a film: its pictures, drawn as the page shows them, become a file in the browser.

import { canvasFor, drawFilmed } from "./film_picture.js";
import { escaped } from "./text.js";

// Milliseconds that a picture of a film stays, and seconds that the last one does in a file.
export const PICTURE = 125;
const LAST = 2;

export const SAVE_HTML = `<span class="save"></span>`;

const BEGIN = `<button type="button" name="begin" title="Save this film as a file">Save</button>`;
const CANCEL = `<button type="button" name="cancel">Cancel</button>`;

/** The formats that this browser can write a canvas in, and a sentence where MP4 is none of them. */
async function offered(canvas) {
  const [{ GIF }, { VIDEOS }] = await Promise.all([import("./film_gif.js"), import("./film_video.js")]);
  const fitting = await Promise.all(VIDEOS.map((video) => video.fits(canvas)));
  const [mp4] = VIDEOS;
  const video = VIDEOS.find((_, i) => fitting[i]);
  const instead = video ? `${video.title}, which browsers play,` : "a GIF";
  return {
    formats: [GIF, video].filter(Boolean),
    note: video === mp4 ? "" : `This browser has no encoder for MP4 (H.264): take ${instead} instead.`,
  };
}

/** Let the browser keep a file. */
function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to copy it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A title as the name of a file. */
function fileName(title) {
  return title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "film";
}

/**
 * What saves a film by a button in `place`. Of the film, `title()` and `elements()` say what is drawn; `frames()` are
 * its pictures in order, `ready(frame)` waits for one and says whether it came, and `paint(frame, draw)` has it on the
 * page while it calls `draw(when)`.
 */
export class Saver {
  constructor(place, film) {
    // `file` is what is being written; what was begun before the last `begun` has been cancelled.
    Object.assign(this, { place, film, file: null, begun: 0 });
    this.rest();
  }

  /** Show what can be pressed now, each button with what it does. */
  show(markup, acts) {
    this.place.innerHTML = markup;
    for (const button of this.place.querySelectorAll("button")) button.onclick = acts[button.name];
  }

  rest() {
    this.show(BEGIN, { begin: () => this.attempt((isOver) => this.choose(isOver)) });
  }

  cancel() {
    this.begun += 1;
    this.file?.cancel();
    this.file = null;
    this.rest();
  }

  /** Do something that takes a while; `isOver()` tells it that it was cancelled. */
  async attempt(action) {
    const mine = ++this.begun;
    const isOver = () => mine !== this.begun;
    try {
      await action(isOver);
    } catch (error) {
      // What is interrupted complains about it.
      if (isOver()) return;
      const reason = `<span role="alert">The film was not saved: ${escaped(error.message)}</span>`;
      this.cancel();
      this.show(`${reason}<button type="button" name="close">Close</button>`, { close: () => this.rest() });
    }
  }

  /** Offer the formats that this browser can write. */
  async choose(isOver) {
    const cancel = () => this.cancel();
    this.show(CANCEL, { cancel });
    const canvas = canvasFor(this.film.elements());
    const { formats, note } = await offered(canvas);
    if (isOver()) return;
    const buttons = formats.map(({ title }, i) => `<button type="button" name="${i}">${title}</button>`).join("");
    const acts = formats.map((format) => () => this.attempt((isOver) => this.make(format, canvas, isOver)));
    this.show(`${buttons}${CANCEL}${note && `<small>${note}</small>`}`, { ...acts, cancel });
  }

  /** Write the file, a bar showing how far it is, and let the browser keep it. */
  async make(format, canvas, isOver) {
    this.show(`<progress aria-label="Saving the film"></progress>${CANCEL}`, { cancel: () => this.cancel() });
    const { film } = this;
    const [title, frames, file] = [film.title(), film.frames(), format.open(canvas)];
    this.file = file;
    let isEmpty = true;
    for (const [i, frame] of frames.entries()) {
      const isHere = await film.ready(frame);
      if (isOver()) return;
      if (isHere) {
        isEmpty = false;
        film.paint(frame, (when) => drawFilmed(canvas, film.elements(), title, when));
        await file.add(i === frames.length - 1 ? LAST : PICTURE / 1000);
      }
      if (isOver()) return;
      this.place.querySelector("progress").value = (i + 1) / frames.length;
    }
    if (isEmpty) throw new Error("its pictures are not stored any more.");
    const blob = await file.finish();
    if (isOver()) return;
    download(blob, `${fileName(title)}.${format.ending}`);
    this.file = null;
    this.rest();
  }
}
