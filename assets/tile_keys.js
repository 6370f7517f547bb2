// Keys among the samples of a picture: arrows go from one to the next, Enter or the space bar selects, Escape lets go.

import { ARROWS } from "./arrows.js";

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

/** Put the pointer into the middle of a tile of a canvas, or away from it. */
export function point(canvas, tile) {
  const { left, top, width } = canvas.getBoundingClientRect();
  const ratio = width / canvas.offsetWidth;
  const [x, y] = tile ? middle(tile) : [0, 0];
  const place = { clientX: left + ratio * x, clientY: top + ratio * y };
  canvas.dispatchEvent(new PointerEvent(tile ? "pointermove" : "pointerleave", place));
}

/**
 * Let keys go among the tiles [{ i, name, box }] of a picture, `tiles()`, as the pointer does: whatever follows that
 * follows them. What `press(i)` does with the one where they are, `does` says. Returns `at()`, the tile where they are,
 * or −1, and `go(to)`.
 */
export function letGoAmong(canvas, tiles, press = null, does = "selects") {
  const mark = document.createElement("i");
  mark.className = "held";
  mark.innerHTML = `<span class="said" aria-live="polite"></span>`;
  mark.hidden = true;
  canvas.after(mark);
  canvas.tabIndex = 0;
  const wish = press ? `, Enter ${does} it, Escape lets go` : ", Escape lets go";
  canvas.setAttribute("aria-description", `Arrow keys go from sample to sample${wish}.`);
  let [at, room] = [-1, ""];
  const roomOf = () => `${canvas.clientWidth} ${canvas.clientHeight}`;
  const leave = () => {
    if (at < 0) return;
    at = -1;
    mark.hidden = true;
    point(canvas, null);
  };
  const go = (to) => {
    [at, room] = [to, roomOf()];
    const { i, name, box } = tiles()[at];
    const [x, y, width, height] = box;
    const [left, top] = [canvas.offsetLeft + x, canvas.offsetTop + y];
    mark.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    mark.firstChild.textContent = [name, `sample ${i + 1}`].filter(Boolean).join(", ");
    mark.hidden = false;
    point(canvas, tiles()[at]);
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
    else if (isPress && press && at >= 0) press(tiles()[at].i);
    else if (event.key === "Escape" && at >= 0) leave();
    else return;
    // The space bar trains nothing then, nor does Escape let go of what is selected.
    event.preventDefault();
    event.stopPropagation();
  });
  return { at: () => at, go };
}
