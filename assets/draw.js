// Drawing on canvases: curves against the step, clouds and the plane. Colours come from the page's theme.

/** A canvas at the screen's resolution, `height` CSS pixels high; returns its context, width and height. */
function prepare(canvas, height) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth || 300;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  context.fillStyle = context.strokeStyle = style.color;
  context.font = `12px ${style.fontFamily}`;
  return { context, width, height, ink: style.color };
}

/** A number as short as it can be read. */
function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1);
  return size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** About `count` round numbers between `low` and `high`. */
function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * [1, 2, 5, 10].find((digit) => digit * unit >= raw);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return found;
}

/** Whether the page around a canvas is dark. */
function isDark(canvas) {
  const [red, green, blue] = getComputedStyle(canvas).color.match(/[\d.]+/g).map(Number);
  return red + green + blue > 384;
}

/** Curves [{ points: [[x, y]], colour, dashed, width }] against the training step, the last one on top. */
function drawCurves(canvas, curves, steps, height) {
  const { context, width, ink } = prepare(canvas, height);
  const values = curves.flatMap((curve) => curve.points.map((point) => point[1])).filter(Number.isFinite);
  if (!values.length) return;
  let [low, high] = [Math.min(...values), Math.max(...values)];
  // A loss that fell by orders of magnitude is read on a logarithmic axis.
  const log = low > 0 && high / low > 30;
  const scale = log ? Math.log10 : (value) => value;
  [low, high] = [scale(low), scale(high)];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  [low, high] = [low - margin, high + margin];
  const [left, bottom] = [48, 22];
  const x = (step) => left + (step / Math.max(steps, 1)) * (width - left - 8);
  const y = (value) => 6 + ((high - scale(value)) / (high - low)) * (height - bottom - 6);
  context.lineWidth = 1;
  for (const tick of ticks(low, high, 4)) {
    const value = log ? 10 ** tick : tick;
    context.globalAlpha = 0.15;
    context.beginPath(); context.moveTo(left, y(value)); context.lineTo(width - 8, y(value)); context.stroke();
    context.globalAlpha = 0.8;
    context.textAlign = "right"; context.fillText(short(value), left - 6, y(value) + 4);
  }
  context.textAlign = "center";
  for (const tick of ticks(0, steps, width / 70)) context.fillText(tick.toLocaleString("en"), Math.min(x(tick), width - 24), height - 6);
  context.globalAlpha = 1;
  for (const curve of curves) {
    context.lineWidth = curve.width;
    context.strokeStyle = curve.colour || ink;
    context.setLineDash(curve.dashed ? [6, 4] : []);
    context.beginPath();
    curve.points.forEach(([step, value], i) => Number.isFinite(value) && context[i ? "lineTo" : "moveTo"](x(step), y(value)));
    context.stroke();
  }
  context.setLineDash([]);
}

/** Paths (N, T, 2) from their first step to a dot at their last; `colour(i)` gives each one's colour. */
function drawPaths(context, view, [x, y], colour) {
  const [paths, steps] = view.shape;
  context.lineWidth = 1;
  for (let i = 0; i < paths; i++) {
    const at = (step) => [x(view.values[2 * (i * steps + step)]), y(view.values[2 * (i * steps + step) + 1])];
    context.strokeStyle = context.fillStyle = colour(i);
    context.globalAlpha = 0.45;
    context.beginPath();
    for (let step = 0; step < steps; step++) context[step ? "lineTo" : "moveTo"](...at(step));
    context.stroke();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(...at(steps - 1), 3.5, 0, 6.283);
    context.fill();
  }
}

/** A scale from data to the canvas that keeps squares square. */
function squareScale(low, high, width, height) {
  const size = Math.min(width, height) / Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return [(x) => width / 2 + (x - middle[0]) * size, (y) => height / 2 - (y - middle[1]) * size];
}

/** The box that holds all but the most extreme hundredth of points (N, 2). */
function box(values, stride = 2) {
  const limits = [0, 1].map((axis) => {
    const sorted = [];
    for (let i = axis; i < values.length; i += stride) if (Number.isFinite(values[i])) sorted.push(values[i]);
    sorted.sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const margin = (at(0.995) - at(0.005)) * 0.06 || 0.5;
    return [at(0.005) - margin, at(0.995) + margin];
  });
  return [[limits[0][0], limits[1][0]], [limits[0][1], limits[1][1]]];
}

/** Points (N, 2) as dots; `colour(i)` gives each one's colour. */
function drawDots(context, values, [x, y], radius, colour) {
  for (let i = 0; 2 * i < values.length; i++) {
    context.fillStyle = colour(i);
    context.beginPath();
    context.arc(x(values[2 * i]), y(values[2 * i + 1]), radius, 0, 6.283);
    context.fill();
  }
}

/** A critic's scores (side, side) over the square `range`, blue where it says generated, orange where real. */
function drawLandscape(context, view, [low, high], [x, y]) {
  const side = view.shape[0];
  const spread = [...view.values].map(Math.abs).sort((a, b) => a - b)[Math.floor(0.95 * view.values.length)] || 1;
  const sheet = new OffscreenCanvas(side, side);
  const image = sheet.getContext("2d").createImageData(side, side);
  view.values.forEach((score, i) => {
    const strength = Math.max(-1, Math.min(1, score / spread));
    const place = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
    const colour = strength < 0 ? [0, 114, 178] : [230, 159, 0];
    image.data.set([...colour, 150 * Math.abs(strength)], place);
  });
  sheet.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(sheet, x(low), y(high), x(high) - x(low), y(low) - y(high));
}

/** A square grid (side, side, 2) as the lines that it was bent into. */
function drawWarp(context, view, [x, y]) {
  const side = view.shape[0];
  const at = (row, column) => {
    const i = 2 * (row * side + column);
    return [x(view.values[i]), y(view.values[i + 1])];
  };
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  for (let a = 0; a < side; a++) {
    for (const along of [(b) => at(a, b), (b) => at(b, a)]) {
      context.beginPath();
      for (let b = 0; b < side; b++) context[b ? "lineTo" : "moveTo"](...along(b));
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/** Text that came from somebody's file, to be set inside HTML. */
function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
