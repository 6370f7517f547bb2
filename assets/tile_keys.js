// Keys among the samples of a picture: arrows go from one to the next, Enter or the space bar selects, Escape lets go.

import { ARROWS } from "./arrows.js";
import { changed } from "./lasso.js";

/** The middle of a tile { box }. */
function middle({ box: [x, y, width, height] }) {
  return [x + width / 2, y + height / 2];
}

/** The tile nearest to tile `from` in one of the four directions, or `from` itself at the edge. */
export function beside(tiles, from, [dx, dy]) {
  const [x, y] = middle(tiles[from]);
  let [best, found] = [Infinity, from];
  tiles.forEach((tile, i) => {
    const [right, down] = [middle(tile)[0] - x, middle(tile)[1] - y];
    const ahead = right * dx + down * dy;
    // What lies straight ahead comes before what is nearer but aside.
    const distance = ahead + 10 * Math.abs(right * dy - down * dx);
    if (ahead > 1 && distance < best) [best, found] = [distance, i];
  });
  return found;
}

/**
 * Let keys go among the tiles [{ i, name, box }] of a picture, `tiles()`, as the pointer does: whatever follows that
 * follows them. With `select` the one where they are joins those that are `chosen()`, or leaves them. Returns `at()`,
 * the tile where they are, or −1, and `go(to)`.
 */
export function letGoAmong(canvas, tiles, chosen = () => null, select = null) {
  const mark = document.createElement("i");
  mark.className = "held";
  mark.innerHTML = `<span class="said" aria-live="polite"></span>`;
  mark.hidden = true;
  canvas.after(mark);
  canvas.tabIndex = 0;
  const wish = select ? ", Enter selects it, Escape lets go" : ", Escape lets go";
  canvas.setAttribute("aria-description", `Arrow keys go from sample to sample${wish}.`);
  let [at, room] = [-1, ""];
  const roomOf = () => `${canvas.clientWidth} ${canvas.clientHeight}`;
  const point = (type, [x, y]) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const ratio = width / canvas.offsetWidth;
    canvas.dispatchEvent(new PointerEvent(type, { clientX: left + ratio * x, clientY: top + ratio * y }));
  };
  const leave = () => {
    if (at < 0) return;
    at = -1;
    mark.hidden = true;
    point("pointerleave", [0, 0]);
  };
  const go = (to) => {
    [at, room] = [to, roomOf()];
    const { i, name, box } = tiles()[at];
    const [x, y, width, height] = box;
    const [left, top] = [canvas.offsetLeft + x, canvas.offsetTop + y];
    mark.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    mark.firstChild.textContent = [name, `sample ${i + 1}`].filter(Boolean).join(", ");
    mark.hidden = false;
    point("pointermove", middle(tiles()[at]));
  };
  // In another room tiles stand elsewhere.
  new ResizeObserver(() => roomOf() !== room && leave()).observe(canvas);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("pointerdown", leave);
  canvas.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    const isPress = event.key === "Enter" || event.key === " ";
    // Other pictures may have fewer.
    if (at >= tiles().length) leave();
    if (way && tiles().length) go(at < 0 ? 0 : beside(tiles(), at, way));
    else if (isPress && select && at >= 0) select(changed([tiles()[at].i], chosen(), true, true));
    else if (event.key === "Escape" && at >= 0) leave();
    else return;
    // The space bar trains nothing then, nor does Escape let go of what is selected.
    event.preventDefault();
    event.stopPropagation();
  });
  return { at: () => at, go };
}
