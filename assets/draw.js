// Drawing on canvases: curves, clouds, walls of pictures. Colours come from the page's theme.

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
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) found.push(tick);
  return found;
}

/** Curves [{ points: [[x, y]], colour, dashed }] against the training step. */
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
  context.lineWidth = 2;
  for (const curve of curves) {
    context.strokeStyle = curve.colour || ink;
    context.setLineDash(curve.dashed ? [6, 4] : []);
    context.beginPath();
    curve.points.forEach(([step, value], i) => Number.isFinite(value) && context[i ? "lineTo" : "moveTo"](x(step), y(value)));
    context.stroke();
  }
  context.setLineDash([]);
}

/** A picture of grey values, `range` = [black, white], as an offscreen canvas. */
function picture(values, offset, height, width, range) {
  const sheet = new OffscreenCanvas(width, height);
  const context = sheet.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const grey = range ? (255 * (values[offset + i] - range[0])) / (range[1] - range[0]) : values[offset + i];
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return sheet;
}

/** Rows of pictures [{ view: { shape, values }, name }], one below the other, as many columns as fit. */
function drawRows(canvas, rows, size, gap) {
  const names = rows.some((row) => row.name) ? 96 : 0;
  const count = Math.max(1, Math.min(rows[0].view.shape[0], Math.floor((canvas.clientWidth - names) / (size + gap))));
  // The row fills the width: the size that was asked for says how many fit.
  size = Math.floor((canvas.clientWidth - names) / count) - gap;
  const { context, height } = prepare(canvas, rows.length * (size + gap));
  context.imageSmoothingEnabled = false;
  rows.forEach((row, r) => {
    const [h, w] = row.view.shape.slice(-2);
    if (row.name) context.fillText(row.name, 0, r * (size + gap) + size / 2 + 4);
    for (let c = 0; c < count; c++) {
      context.drawImage(picture(row.view.values, c * h * w, h, w), names + c * (size + gap), r * (size + gap), size, size);
    }
  });
  return height;
}

/** Pictures (N, 1, H, W) in a grid that fills the canvas. */
function drawWall(canvas, view, columns, height) {
  const { context, width } = prepare(canvas, height);
  context.imageSmoothingEnabled = false;
  const [h, w] = view.shape.slice(-2);
  const rows = Math.ceil(view.shape[0] / columns);
  const size = Math.min(width / columns, height / rows);
  const left = (width - size * columns) / 2;
  for (let i = 0; i < view.shape[0]; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    context.drawImage(picture(view.values, i * h * w, h, w), left + column * size, row * size, size - 1.5, size - 1.5);
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
