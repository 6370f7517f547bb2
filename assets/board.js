// The drawing board: a plane from −2 to 2 on which points of up to four classes are sprayed.

const REACH = 2;
const SIDE = 460;
// Points that one movement of the pointer sprays, and strokes that can be undone.
const SPRAYED = 3;
const REMEMBERED = 100;
// Each class has a shape beside its colour, as lines or an outline around (0, 0).
const SHAPES = [
  (context) => context.arc(0, 0, 2.6, 0, 6.283),
  (context) => [[0, -3.6], [3.3, 2.4], [-3.3, 2.4]].forEach((corner) => context.lineTo(...corner)),
  (context) => context.rect(-2.5, -2.5, 5, 5),
  (context) => [[0, -4], [3.4, 0], [0, 4], [-3.4, 0]].forEach((corner) => context.lineTo(...corner)),
];

/** A number from N(0, 1) (Box & Muller 1958). */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

/** The mark of class `k` at (x, y). */
function drawMark(context, k, x, y, colours) {
  context.save();
  context.translate(x, y);
  context.fillStyle = colours[k];
  context.beginPath();
  SHAPES[k](context);
  context.fill();
  context.restore();
}

const PAGE = (data) => `<div class="board">
    <canvas></canvas>
    <div class="tools">
      <div class="classes" role="group" aria-label="What the pointer does">
        ${data.names.map((name, k) => `<button data-tool="${k}"><canvas class="mark"></canvas>${name}</button>`).join("")}
        <button data-tool="eraser">Eraser</button>
      </div>
      <label>Width<input type="range" min="0.02" max="0.6" step="0.02" value="0.16"><output></output></label>
      <div><button class="undo">Undo</button> <button class="clear">Clear</button></div>
      <p class="count" aria-live="polite"></p>
      <button class="keep primary">Keep these points</button>
    </div>
  </div>`;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  // A rerun of the page leaves what was drawn as it is.
  if (root.board) return undefined;
  root.board = true;
  root.innerHTML = PAGE(data);
  const canvas = root.querySelector(".board > canvas");
  const width = root.querySelector("input");
  let [points, strokes, tool, sheet] = [[], [], "0", null];

  const place = ([x, y]) => [((x + REACH) / (2 * REACH)) * sheet.width, ((REACH - y) / (2 * REACH)) * sheet.height];
  const mark = (point) => drawMark(sheet.context, point[2], ...place(point), data.colours);
  const paint = () => {
    sheet = prepare(canvas, Math.min(SIDE, root.clientWidth));
    const { context } = sheet;
    for (let line = -REACH; line <= REACH; line++) {
      const [x, y] = place([line, line]);
      context.globalAlpha = line ? 0.12 : 0.4;
      context.fillRect(x - 0.5, 0, 1, sheet.height);
      context.fillRect(0, y - 0.5, sheet.width, 1);
      context.globalAlpha = 0.7;
      if (line && Math.abs(line) < REACH) context.fillText(line, x + 4, sheet.height / 2 - 4), context.fillText(line, sheet.width / 2 + 4, y - 4);
    }
    context.globalAlpha = 1;
    points.forEach(mark);
  };
  const tell = () => {
    const count = `${points.length.toLocaleString("en")} points`;
    const [least, most] = data.limits;
    const wish = points.length < least ? `: at least ${least} are needed` : points.length < most ? "" : ", the most that can be kept";
    root.querySelector(".count").textContent = count + wish;
    root.querySelector(".keep").disabled = points.length < least;
    root.querySelector(".undo").disabled = !strokes.length;
    root.querySelector(".clear").disabled = !points.length;
    root.querySelector("output").textContent = width.value;
    root.querySelectorAll("[data-tool]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.tool === tool));
    root.dataset.points = points.length;
  };
  const remember = () => { strokes = [...strokes, [...points]].slice(-REMEMBERED); };
  const change = (now) => { points = now; paint(); tell(); };

  const spray = ([x, y]) => {
    for (let i = 0; i < SPRAYED && points.length < data.limits[1]; i++) {
      const point = [x + width.value * normal(), y + width.value * normal(), Number(tool)];
      if (Math.max(Math.abs(point[0]), Math.abs(point[1])) > REACH) continue;
      points.push(point);
      mark(point);
    }
    tell();
  };
  const erase = ([x, y]) => change(points.filter((point) => Math.hypot(point[0] - x, point[1] - y) > 1.5 * width.value));
  const draw = ({ offsetX, offsetY }) => (tool === "eraser" ? erase : spray)([(2 * offsetX / sheet.width - 1) * REACH, (1 - 2 * offsetY / sheet.height) * REACH]);

  canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); remember(); draw(event); };
  canvas.onpointermove = (event) => { if (event.buttons) draw(event); };
  root.querySelectorAll("[data-tool]").forEach((button) => { button.onclick = () => { tool = button.dataset.tool; tell(); }; });
  width.oninput = tell;
  root.querySelector(".undo").onclick = () => change(strokes.pop());
  root.querySelector(".clear").onclick = () => { remember(); change([]); };
  root.querySelector(".keep").onclick = () => setTriggerValue("kept", {
    points: points.map(([x, y]) => [x, y].map((value) => Number(value.toFixed(3)))),
    classes: points.map((point) => point[2]),
  });
  root.querySelectorAll(".mark").forEach((small, k) => {
    const { context, width: w, height } = prepare(small, 16);
    context.translate(w / 2, height / 2);
    context.scale(1.5, 1.5);
    drawMark(context, k, 0, 0, data.colours);
  });
  tell();
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => { resized.disconnect(); root.board = false; };
}
