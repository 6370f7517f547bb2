// The sample under the pointer among those that a run makes, larger, as long as the pointer is there.

import { besides, showTip } from "./peek.js";

// About how high it is, in CSS pixels.
const HEIGHT = 112;

/** The tile of `tiles` that a place is on; undefined where there is none. */
export function tileAt(tiles, [x, y]) {
  return tiles.find(({ box: [left, top, width, height] }) => {
    const [right, down] = [x - left, y - top];
    return right >= 0 && right <= width && down >= 0 && down <= height;
  });
}

/** Sample `i` of a view (N, …), alone. */
function alone({ shape, values, ...view }, i) {
  const size = values.length / shape[0];
  return { ...view, shape: [1, ...shape.slice(1)], values: values.slice(size * i, size * (i + 1)) };
}

/** Let the tiles of a panel's picture be seen larger; `figure.enlarge()` draws the one under the pointer anew. */
export function letEnlarge(figure, state) {
  const { look } = state.data;
  if (look.kind === "dot") return;
  const [canvas, root] = [figure.querySelector("canvas"), figure.closest(".lab")];
  const tip = root.querySelector(".tip");
  let [on, place] = [null, null];
  figure.enlarge = () => {
    if (!on) return;
    const tile = tileAt(figure.spots, on);
    if (tile) showTip(tip, [{ view: alone(tile.view, tile.i) }], look, HEIGHT, tile.name, place);
    else tip.style.display = "none";
  };
  canvas.addEventListener("pointermove", (event) => {
    [on, place] = [[event.offsetX, event.offsetY], besides(root, event)];
    figure.enlarge();
  });
  canvas.addEventListener("pointerleave", () => {
    on = null;
    tip.style.display = "none";
  });
}
