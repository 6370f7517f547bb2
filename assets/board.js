// The drawing board: a plane from −2 to 2 on which points of up to four classes are sprayed.

import { prepare, whenResized } from "./canvas.js";
import { letDraw } from "./pen.js";
import { CLASS_MARKS, FAINT } from "./protocol.js";
import { drawMark } from "./shapes.js";
import { short } from "./text.js";

const REACH = 2;
const SIDE = 460;
// Points that one movement of the pointer sprays, and strokes that can be undone.
const SPRAYED = 3;
const REMEMBERED = 100;
// The eraser's reach, in widths of the spray.
const ERASED = 1.5;

// What was drawn, and before each stroke: it stays while one looks at something else.
let [points, strokes] = [[], []];

/** A number from N(0, 1) (Box & Muller 1958). */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

/** The button that makes the pointer draw class `k`. */
function classButton(name, k) {
  return `<button data-tool="${k}"><canvas class="mark" aria-hidden="true"></canvas>${name}</button>`;
}

const page = (data) => `<div class="board">
    <canvas role="img" aria-label="The plane, on which the pointer draws points"></canvas>
    <div class="tools">
      <div class="classes" role="group" aria-label="What the pointer does">
        ${data.names.map(classButton).join("")}
        <button data-tool="eraser">Eraser</button>
      </div>
      <label>Width<input type="range" min="0.02" max="0.6" step="0.02" value="0.16"><output></output></label>
      <div><button class="undo">Undo</button> <button class="clear">Clear</button></div>
      <p class="count" aria-live="polite"></p>
      <button class="keep primary">Keep these points</button>
    </div>
  </div>`;

/** How many points there are, and what is still wished for. */
function told(count, [least, most]) {
  const text = `${count.toLocaleString("en")} points`;
  if (count < least) return `${text}: at least ${least} are needed`;
  return count < most ? text : `${text}, the most that can be kept`;
}

/** The lines of whole numbers, with their labels; `place` gives a point's place on the sheet. */
function drawGrid({ context, width, height }, place) {
  for (let line = -REACH; line <= REACH; line++) {
    const [x, y] = place([line, line]);
    context.globalAlpha = line ? 0.12 : 0.4;
    context.fillRect(x - 0.5, 0, 1, height);
    context.fillRect(0, y - 0.5, width, 1);
    context.globalAlpha = FAINT;
    if (line && Math.abs(line) < REACH) {
      context.fillText(short(line), x + 4, height / 2 - 4);
      context.fillText(short(line), width / 2 + 4, y - 4);
    }
  }
  context.globalAlpha = 1;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  // A rerun of the page leaves what was drawn as it is.
  if (root.leave) return root.leave;
  root.innerHTML = page(data);
  const canvas = root.querySelector(".board > canvas");
  const width = root.querySelector("input");
  let [tool, sheet] = ["0", null];

  const place = ([x, y]) => [((x + REACH) / (2 * REACH)) * sheet.width, ((REACH - y) / (2 * REACH)) * sheet.height];
  const mark = (point) => drawMark(sheet.context, CLASS_MARKS[point[2]], ...place(point), 1, false);
  const paint = () => {
    sheet = prepare(canvas, Math.min(SIDE, root.clientWidth));
    drawGrid(sheet, place);
    points.forEach(mark);
  };
  const tell = () => {
    root.querySelector(".count").textContent = told(points.length, data.limits);
    root.querySelector(".keep").disabled = points.length < data.limits[0];
    root.querySelector(".undo").disabled = !strokes.length;
    root.querySelector(".clear").disabled = !points.length;
    root.querySelector("output").textContent = width.value;
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", button.dataset.tool === tool);
    }
    root.dataset.points = points.length;
  };
  const remember = () => {
    strokes = [...strokes, [...points]].slice(-REMEMBERED);
  };
  const change = (now) => {
    points = now;
    paint();
    tell();
  };

  const spray = ([x, y]) => {
    for (let i = 0; i < SPRAYED && points.length < data.limits[1]; i++) {
      const point = [x + width.value * normal(), y + width.value * normal(), Number(tool)];
      if (Math.max(Math.abs(point[0]), Math.abs(point[1])) > REACH) continue;
      points.push(point);
      mark(point);
    }
    tell();
  };
  const erase = ([x, y]) => {
    change(points.filter((point) => Math.hypot(point[0] - x, point[1] - y) > ERASED * width.value));
  };
  letDraw(canvas, ([x, y], isFirst) => {
    if (isFirst) remember();
    const act = tool === "eraser" ? erase : spray;
    act([((2 * x) / sheet.width - 1) * REACH, (1 - (2 * y) / sheet.height) * REACH]);
  });
  for (const button of root.querySelectorAll("[data-tool]")) {
    button.onclick = () => {
      tool = button.dataset.tool;
      tell();
    };
  }
  width.oninput = tell;
  root.querySelector(".undo").onclick = () => change(strokes.pop());
  root.querySelector(".clear").onclick = () => {
    remember();
    change([]);
  };
  root.querySelector(".keep").onclick = () => {
    setTriggerValue("kept", {
      points: points.map(([x, y]) => [x, y].map((value) => Number(value.toFixed(3)))),
      classes: points.map((point) => point[2]),
    });
  };
  root.querySelectorAll(".mark").forEach((small, k) => {
    const { context, width: side, height } = prepare(small, 16);
    context.translate(side / 2, height / 2);
    context.scale(1.5, 1.5);
    drawMark(context, CLASS_MARKS[k], 0, 0, 1, false);
  });
  tell();
  const resized = whenResized(root, paint);
  root.leave = () => {
    resized.disconnect();
    root.leave = null;
  };
  return root.leave;
}
