// The cross on the plane of two latents, the sample that is decoded from where it stands, and a line it goes along.

import { ARROWS } from "./arrows.js";
import { Asker } from "./asker.js";
import { aspect, drawSample } from "./looks.js";

// CSS pixels: half the cross, how near the pointer takes hold of it, the height of the sample beside it, and between
// the two.
const ARM = 7;
const NEAR = 14;
const HEIGHT = 64;
const AWAY = 12;
// The step of an arrow key, as a share of a canvas' width.
const STEP = 1 / 60;

/** Whether each place of a run's plane of codes can be decoded. */
function isWalkable({ snapshot: { views }, data }) {
  return Boolean(views.reconstructions) && views.codes?.shape[1] === 2 && data.look.kind !== "dot";
}

/** Lines that are seen on light and on dark pages, whatever lies below. */
function drawSign(context, x, y) {
  for (const [shade, thickness] of [
    ["#fff", 5],
    ["#000", 2],
  ]) {
    context.strokeStyle = shade;
    context.lineWidth = thickness;
    context.beginPath();
    context.moveTo(x - ARM, y);
    context.lineTo(x + ARM, y);
    context.moveTo(x, y - ARM);
    context.lineTo(x, y + ARM);
    context.stroke();
  }
}

/** Draw a cross { code: [x, y], view, i }, and beside it sample `i` of a view, if there is one yet. */
export function drawCross({ context, width }, cross, look, scale) {
  const [x, y] = cross.code.map((value, axis) => scale[axis](value));
  drawSign(context, x, y);
  // Where it lies on the whole canvas, of which this may be a part.
  const { a: ratio, e: left, f: top } = context.getTransform();
  Object.assign(cross, { scale, corner: [left / ratio, top / ratio] });
  if (!cross.view) return;
  const wide = HEIGHT * aspect(cross.view, look);
  const isRoomy = x + AWAY + wide < width;
  const box = [isRoomy ? x + AWAY : x - AWAY - wide, Math.max(2, y - HEIGHT - AWAY / 2), wide, HEIGHT];
  // A frame sets it off from the points around it.
  context.fillStyle = "#7F7F7F";
  context.fillRect(box[0] - 2, box[1] - 2, wide + 4, HEIGHT + 4);
  drawSample(context, cross.view, cross.i, look, box);
}

/** A line through places on the canvas, seen on light and on dark pages. */
export function drawLine(context, places, [x, y], dash = []) {
  context.save();
  context.lineJoin = "round";
  for (const [shade, thickness] of [
    ["#fff", 4],
    ["#000", 2],
  ]) {
    context.strokeStyle = shade;
    context.lineWidth = thickness;
    context.setLineDash(dash);
    context.beginPath();
    for (const place of places) context.lineTo(x(place[0]), y(place[1]));
    context.stroke();
  }
  context.restore();
}

/** The code at a place of the canvas. */
export function codeAt({ scale, corner }, { offsetX, offsetY }) {
  return [offsetX, offsetY].map((place, axis) => {
    const [zero, one] = [scale[axis](0), scale[axis](1)];
    return (place - corner[axis] - zero) / (one - zero);
  });
}

/** The code that an arrow key sends the cross on a canvas to; null of other keys, and before there is a scale. */
export function sentBy(event, { code, scale, corner }, canvas) {
  const steps = ARROWS[event.key];
  if (!steps || !scale) return null;
  event.preventDefault();
  const at = (axis) => corner[axis] + scale[axis](code[axis]) + steps[axis] * STEP * canvas.clientWidth;
  return codeAt({ scale, corner }, { offsetX: at(0), offsetY: at(1) });
}

/** Whether the pointer can take hold of the cross. */
function isHeld(cross, event) {
  if (!cross?.scale) return false;
  const code = codeAt(cross, event);
  const away = code.map((value, axis) => cross.scale[axis](value) - cross.scale[axis](cross.code[axis]));
  return Math.hypot(...away) < NEAR;
}

/** Have the code under the cross decoded by the run's last checkpoint. */
function ask(state) {
  const show = (view) => {
    state.cross.view = view;
    state.repaint();
  };
  state.asker ??= new Asker(
    `/probe/${state.data.run}`,
    ({ views }) => show(views.samples),
    () => show(null),
  );
  state.cross.step = state.snapshot.step;
  state.asker.ask({ decode: [state.cross.code] });
}

/** Keep the cross of a run that has one: at its middle first, decoded anew as the run goes on. */
export function keepCross(state) {
  if (!isWalkable(state)) state.cross = null;
  else {
    state.cross ??= { code: [0, 0], view: null, i: 0, isTouched: false };
    // Of an earlier step no weights were kept.
    if (state.at !== null) Object.assign(state.cross, { view: null, step: null });
    else if (state.cross.isTouched && state.cross.step !== state.snapshot.step) ask(state);
  }
}

/** Walk no more. */
export function endWalk(state) {
  state.asker?.close();
  Object.assign(state, { asker: null, cross: null });
}

/** Let the cross on a canvas be dragged, and sent by arrow keys. */
export function letWalk(canvas, state) {
  let isDragged = false;
  const go = (code) => {
    Object.assign(state.cross, { code, isTouched: true });
    ask(state);
    state.repaint();
  };
  if (isWalkable(state)) canvas.tabIndex = 0;
  canvas.addEventListener("keydown", (event) => {
    const code = state.cross && state.at === null ? sentBy(event, state.cross, canvas) : null;
    if (code) go(code);
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || state.at !== null || !isHeld(state.cross, event)) return;
    // Nothing is drawn around samples then.
    event.stopImmediatePropagation();
    canvas.setPointerCapture(event.pointerId);
    isDragged = true;
    go(state.cross.code);
  });
  canvas.addEventListener("pointermove", (event) => {
    canvas.style.cursor = isDragged || isHeld(state.cross, event) ? "grab" : "";
    if (isDragged) go(codeAt(state.cross, event));
  });
  const end = () => {
    isDragged = false;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
