// The lasso: samples are selected by drawing around them, with Shift by a box, or by a click.

// How near to a sample a click has to be, and how far the pointer may move in it, in CSS pixels.
export const NEAR = 10;
const STILL = 4;

/** Whether a place lies inside a closed line through `corners`: a ray from it crosses that an odd number of times. */
export function isInside([x, y], corners) {
  let isIn = false;
  let [ax, ay] = corners.at(-1);
  for (const [bx, by] of corners) {
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) isIn = !isIn;
    [ax, ay] = [bx, by];
  }
  return isIn;
}

/** The samples among `spots` [{ i, box }] whose middles lie inside a closed line, each once. */
export function enclosed(spots, corners) {
  const inside = spots.filter(({ box: [x, y, width, height] }) => isInside([x + width / 2, y + height / 2], corners));
  return [...new Set(inside.map(({ i }) => i))];
}

/** The sample nearest to a place among `spots`, or −1. */
export function under(spots, [x, y]) {
  let [best, found] = [Infinity, -1];
  for (const { i, box } of spots) {
    const [left, top, width, height] = box;
    const [right, down] = [x - left - width / 2, y - top - height / 2];
    const isNear = Math.abs(right) <= Math.max(NEAR, width / 2) && Math.abs(down) <= Math.max(NEAR, height / 2);
    if (isNear && right ** 2 + down ** 2 < best) [best, found] = [right ** 2 + down ** 2, i];
  }
  return found;
}

/** What `letSelect` asks of `spots`, where there are any. */
export function amongSpots(spots) {
  return spots && { under: (place) => under(spots, place), enclosed: (corners) => enclosed(spots, corners) };
}

/** What is selected after `found` was drawn around or clicked: that alone, or it changes what was `chosen` before. */
export function changed(found, chosen, isMore, isClick) {
  if (!isMore || !chosen) return found;
  const isTakenAway = isClick && chosen.has(found[0]);
  return isTakenAway ? [...chosen].filter((i) => i !== found[0]) : [...new Set([...chosen, ...found])];
}

/** What is selected after a key was pressed on sample `i`: it joins what was `chosen` before, or leaves it. */
export function toggled(i, chosen) {
  return changed([i], chosen, true, true);
}

/** The line that follows the pointer, above a canvas. */
function lineOver(canvas) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("lasso");
  const { offsetLeft, offsetTop, clientWidth, clientHeight } = canvas;
  svg.style.cssText = `left:${offsetLeft}px;top:${offsetTop}px;width:${clientWidth}px;height:${clientHeight}px`;
  svg.innerHTML = "<polygon/>";
  canvas.after(svg);
  return svg;
}

/**
 * Let samples of a picture be selected: `among()` finds one `under` a place, or −1, and those `enclosed` by a line, or
 * is null where none can be selected. `chosen()` are those that are, as a set, or null; `select(indices)` is told of
 * others. With `isTurned` dragging is not ours.
 */
export function letSelect(canvas, { among, chosen, select, isTurned = false }) {
  let [start, corners, line, isBox] = [null, [], null, false];
  const end = () => {
    line?.remove();
    [start, corners, line] = [null, [], null];
  };
  canvas.classList.add("selectable");
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !among()) return;
    end();
    start = [event.offsetX, event.offsetY];
    corners = [start];
    isBox = event.shiftKey;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => {
    if (!start) return;
    const [left, top] = start;
    corners = isBox ? [start, [x, top], [x, y], [left, y]] : [...corners, [x, y]];
    const isFar = corners.some((corner) => Math.hypot(corner[0] - left, corner[1] - top) > STILL);
    if (isFar && !isTurned) line ??= lineOver(canvas);
    line?.firstChild.setAttribute("points", corners.join(" "));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    const isClick = !line;
    const hasMoved = isTurned && corners.some(([x, y]) => Math.hypot(x - start[0], y - start[1]) > STILL);
    const samples = among();
    const hit = isClick ? [samples?.under(start) ?? -1].filter((i) => i >= 0) : (samples?.enclosed(corners) ?? []);
    end();
    if (hasMoved || (!hit.length && !chosen())) return;
    const isMore = event.ctrlKey || event.metaKey || (isClick && event.shiftKey);
    // A click beside all points with Shift held was no wish to let go.
    if (hit.length || !isMore) select(changed(hit, chosen(), isMore, isClick));
  });
  canvas.addEventListener("pointercancel", end);
}
