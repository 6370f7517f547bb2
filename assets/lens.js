// What part of a plane is seen: the pointer, a wheel and buttons enlarge and move it.

import { ARROWS } from "./arrows.js";

// The largest enlargement, that of a press of a button, and that of a turn of the wheel by a pixel.
const MOST = 500;
const PRESSED = 1.5;
const PER_PIXEL = 0.01;
// The most that one event of a wheel turns, in pixels, and how far an arrow key moves, as a share of what is seen.
const TURNED = 40;
const STEP = 0.1;

export const LENS = `<div class="lens" role="group" aria-label="Enlarge, and move by the arrow keys"
    title="Ctrl and the wheel enlarge, Alt and dragging move">
    <button type="button" data-by="${1 / PRESSED}" aria-label="Smaller">−</button>
    <button type="button" data-by="${PRESSED}" aria-label="Larger">+</button>
    <button type="button" data-by="0">All</button>
  </div>`;

export class Lens {
  /** All is seen: `middle` is how far the middle is moved, as a share of the frame, which is enlarged `by` so much. */
  constructor() {
    Object.assign(this, { by: 1, middle: [0, 0] });
  }

  /** The part of a frame [low, high] that is seen. */
  part([low, high]) {
    return [-1, 1].map((side) =>
      low.map((least, axis) => {
        const size = high[axis] - least;
        return least + size * (0.5 + this.middle[axis] + (0.5 * side) / this.by);
      }),
    );
  }

  /** Enlarge what is seen so that the place at a share of the seen part, −½ to ½, stays where it is. */
  enlarge(by, at = [0, 0]) {
    const before = this.by;
    this.by = Math.max(1, Math.min(MOST, before * by));
    this.move(at.map((share) => share * (this.by / before - 1)));
  }

  /** Move by a share of the seen part, and not beyond the frame. */
  move(shares) {
    const most = (1 - 1 / this.by) / 2;
    this.middle = this.middle.map((value, axis) => Math.max(-most, Math.min(most, value + shares[axis] / this.by)));
  }

  /**
   * Let it be turned: on `canvas` by a wheel with Ctrl or ⌘ and by dragging with Alt or the middle button, on `bar` by
   * buttons and arrow keys. `seen()` says where the part that is seen stands on the canvas, { middle, size } in CSS
   * pixels; `repaint()` draws it anew.
   */
  listen(canvas, bar, seen, repaint) {
    let held = null;
    // The click that follows a drag is none.
    let isDragged = false;
    const ours = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      ours(event);
      const turned = Math.max(-TURNED, Math.min(TURNED, event.deltaY));
      const { middle, size } = seen();
      const at = [(event.offsetX - middle[0]) / size[0], (middle[1] - event.offsetY) / size[1]];
      this.enlarge(Math.exp(-turned * PER_PIXEL), at);
      repaint();
    });
    canvas.addEventListener("pointerdown", (event) => {
      isDragged = event.button === 1 || event.altKey;
      if (!isDragged) return;
      ours(event);
      held = [event.clientX, event.clientY];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held) return;
      ours(event);
      const [wide, high] = seen().size;
      this.move([(held[0] - event.clientX) / wide, (event.clientY - held[1]) / high]);
      held = [event.clientX, event.clientY];
      repaint();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => {
        if (held) ours(event);
        held = null;
      });
    }
    canvas.addEventListener("click", (event) => {
      if (isDragged) ours(event);
      isDragged = false;
    });
    bar.onclick = ({ target }) => {
      const by = Number(target.dataset.by);
      if (Number.isNaN(by)) return;
      if (by) this.enlarge(by);
      else Object.assign(this, new Lens());
      repaint();
    };
    bar.onkeydown = (event) => {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      const [right, down] = ARROWS[event.key];
      this.move([right * STEP, -down * STEP]);
      repaint();
    };
  }
}
