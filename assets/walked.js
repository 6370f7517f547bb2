// Where the sliders of a walk stand, for pictures of the same codes: these show the place, and a pointer there sets it.

import { prepare } from "./canvas.js";
import { codeAt, drawCross } from "./cross.js";

// The walk on the page: its `run`; the `code` at which its sliders stand; `go(latents, values)`, which moves those of
// some latents; and `keep(latents)`, which tells the page where they were left.
let walk = null;
const hearers = new Set();

/** The sliders were moved, or with null are gone. */
export function stand(next) {
  walk = next;
  for (const hear of hearers) hear();
}

/** The walk through the codes of a run, or null. */
function walkOf(run) {
  return walk?.run === run ? walk : null;
}

/** Have `hear` called whenever sliders move; returns how to end that. */
export function hearOfWalks(hear) {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** Among codes in two dimensions: a cross where the sliders stand, which a click moves where each place is a code. */
export class Among {
  /** Of a run's codes, in a `space`. */
  constructor(run, space) {
    Object.assign(this, { run, space, cross: { view: null } });
  }

  draw(sheet, scale) {
    const now = walkOf(this.run);
    if (!now) return;
    this.cross.code = this.space.placeOf(now.code);
    drawCross(sheet, this.cross, null, scale);
  }

  go(event) {
    const { run, space, cross } = this;
    const now = walkOf(run);
    if (!now || !space.isExact || !cross.scale) return;
    const code = space.codeAt(codeAt(cross, event));
    const latents = [...code.keys()];
    now.go(latents, code);
    now.keep(latents);
  }
}

/** Over the plane of two latents on a canvas: a cross where the sliders stand, which follow the pressed pointer. */
export class Over {
  /** On the `sheet` above the canvas; `walked` is { run, latents }. */
  constructor(canvas, sheet, walked) {
    Object.assign(this, { canvas, sheet, walked, cross: { view: null }, scale: null });
    this.end = hearOfWalks(() => this.draw());
    let isPressed = false;
    canvas.classList.add("selectable");
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button || !this.walk) return;
      canvas.setPointerCapture(event.pointerId);
      isPressed = true;
      this.#go(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (isPressed) this.#go(event);
    });
    const rest = () => {
      if (isPressed) this.walk?.keep(walked.latents);
      isPressed = false;
    };
    canvas.addEventListener("pointerup", rest);
    canvas.addEventListener("pointercancel", rest);
  }

  get walk() {
    return walkOf(this.walked.run);
  }

  #go(event) {
    this.walk?.go(this.walked.latents, codeAt(this.cross, event));
  }

  /** Draw the cross, on this `scale` from now on. */
  draw(scale = this.scale) {
    this.scale = scale;
    const sheet = prepare(this.sheet, this.canvas.clientHeight);
    if (!this.walk || !scale) return;
    this.cross.code = this.walked.latents.map((latent) => this.walk.code[latent]);
    drawCross(sheet, this.cross, null, scale);
  }
}
