// A pen on a canvas: the pointer while it is pressed, or a pen that arrow keys move and Enter puts down and lifts.

import { ARROWS } from "./arrows.js";

// CSS pixels that an arrow key moves the pen.
const STEP = 8;

/** Have a pen call `act([x, y], isFirst)` wherever it draws, in CSS pixels, `isFirst` where it is put down. */
export function letDraw(canvas, act) {
  let [place, isDown] = [null, false];
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    // What the keys draw next begins anew.
    isDown = false;
    act([event.offsetX, event.offsetY], true);
  };
  canvas.onpointermove = (event) => {
    // One that was pressed elsewhere only passes.
    if (canvas.hasPointerCapture(event.pointerId)) act([event.offsetX, event.offsetY], false);
  };
  const tip = document.createElement("i");
  tip.className = "pen";
  tip.hidden = true;
  canvas.after(tip);
  const show = () => {
    tip.style.left = `${canvas.offsetLeft + place[0]}px`;
    tip.style.top = `${canvas.offsetTop + place[1]}px`;
    tip.classList.toggle("down", isDown);
  };
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-description", "Arrow keys move a pen, Enter puts it down and lifts it.");
  canvas.onfocus = () => {
    // A pointer needs no other pen.
    tip.hidden = !canvas.matches(":focus-visible");
    place ??= [canvas.clientWidth / 2, canvas.clientHeight / 2];
    show();
  };
  canvas.onblur = () => {
    [tip.hidden, isDown] = [true, false];
  };
  canvas.onkeydown = (event) => {
    const way = ARROWS[event.key];
    if (event.key === "Enter") isDown = event.repeat ? isDown : !isDown;
    else if (way) {
      const ends = [canvas.clientWidth - 1, canvas.clientHeight - 1];
      place = place.map((at, axis) => Math.max(0, Math.min(ends[axis], at + STEP * way[axis])));
    } else return;
    event.preventDefault();
    tip.hidden = false;
    if (isDown) act(place, event.key === "Enter");
    show();
  };
}
