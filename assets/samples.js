// Samples, each drawn by its look: a picture, curves, a word or a sound's waveform; alone, in rows, or as a wall.

// Colours of curves that belong to one sample, apart for the colour-blind too.
const LINES = ["#0072B2", "#E69F00", "#009E73"];
// The most characters in a line of text and the most lines, and how wide a character is, in shares of the font's size.
const LINE = 24;
const LINES_OF_TEXT = 6;
const CHARACTER = 0.62;
// The opacity of a character that is no likelier than any other: pale, but still to be read.
const PALEST = 0.35;

/** How each look is drawn: a box's width for a height of 1, its height beside a picture's, and what else it can do. */
const LOOKS = {
  picture: { ratio: (view) => view.shape.at(-1) / view.shape.at(-2), height: () => 1, draw: drawPicture },
  curve: { ratio: () => 2, height: () => 1, draw: drawLines },
  text: { ratio: (view) => layout(view).width / layout(view).height, height: (view) => 0.3 * layout(view).height, draw: drawWord, present: presentWords },
  sound: { ratio: () => 2, height: () => 1, draw: drawWaveform, present: presentSounds },
};

/** Sample `i` of a view (N, …) in the box [x, y, width, height]. */
function drawSample(context, view, i, look, box) {
  context.save();
  LOOKS[look.kind].draw(context, view, i, box, look);
  context.restore();
}

/** The width of a sample's box for a height of 1. */
function aspect(view, look) {
  return LOOKS[look.kind].ratio(view);
}

/** Where value `value` of a view stands between the ends of its range, 0 to 1. */
function share(view, value) {
  const [low, high] = view.range;
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

/** A picture (C, H, W) in colour where it has three channels, else (H, W) in grey. */
function drawPicture(context, view, i, [x, y, width, height]) {
  const [h, w] = view.shape.slice(-2);
  const channels = view.shape.length > 3 ? view.shape[1] : 1;
  const [low, high] = view.range;
  const image = new ImageData(w, h);
  image.data.fill(255);
  for (let c = 0; c < 3; c++) {
    const begin = (i * channels + Math.min(c, channels - 1)) * h * w;
    // The array of an image rounds and clamps by itself.
    for (let pixel = 0; pixel < h * w; pixel++) image.data[4 * pixel + c] = (255 * (view.values[begin + pixel] - low)) / (high - low);
  }
  const sheet = new OffscreenCanvas(w, h);
  sheet.getContext("2d").putImageData(image, 0, 0);
  const scale = Math.min(width / w, height / h);
  // Large pixels stay square and sharp; where one pixel falls on another's edge, only smoothing keeps fine lines whole.
  context.imageSmoothingEnabled = scale * context.getTransform().a < 3;
  context.imageSmoothingQuality = "high";
  context.drawImage(sheet, x + (width - w * scale) / 2, y + (height - h * scale) / 2, w * scale, h * scale);
}

/** The tinted ground of a box. */
function drawGround(context, [x, y, width, height], strength) {
  context.globalAlpha = strength;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

/** A sequence (T, F) as F curves over its steps, a vector (D,) as one over its values. */
function drawLines(context, view, i, box) {
  const [x, y, width, height] = box;
  const [steps, features] = view.shape.length > 2 ? view.shape.slice(-2) : [view.shape[1], 1];
  drawGround(context, box, 0.12);
  // Where steps crowd, thick lines would run into each other.
  context.lineWidth = 2 * steps > width ? 1 : 1.4;
  context.lineJoin = "round";
  for (let feature = 0; feature < features; feature++) {
    if (features > 1) context.strokeStyle = LINES[feature];
    context.beginPath();
    for (let step = 0; step < steps; step++) {
      const level = share(view, view.values[(i * steps + step) * features + feature]);
      context[step ? "lineTo" : "moveTo"](x + 2 + (step / Math.max(1, steps - 1)) * (width - 4), y + 2 + (1 - level) * (height - 4));
    }
    context.stroke();
  }
}

/** Lines of characters that the words of a view (N, T, F) take, and their size with its margins, in shares of the font's. */
function layout(view) {
  const steps = view.shape[1];
  const [columns, lines] = [Math.min(steps, LINE), Math.min(Math.ceil(steps / LINE), LINES_OF_TEXT)];
  return { columns, room: columns * lines, width: columns * CHARACTER + 0.8, height: lines * 1.25 + 0.35 };
}

/** The characters of word `i`, each with its value's share of the sum of all: how sure it is. */
function spell(view, i, alphabet) {
  const [, steps, features] = view.shape;
  const letters = [...alphabet];
  const word = [];
  for (let step = 0; step < steps; step++) {
    const at = (i * steps + step) * features;
    const shares = letters.map((_, k) => share(view, view.values[at + k]));
    const most = Math.max(...shares);
    word.push({ letter: letters[shares.indexOf(most)], sure: most / (shares.reduce((sum, value) => sum + value, 0) || 1) });
  }
  while (word.length && word.at(-1).letter === " ") word.pop();
  return word;
}

/** A word of one-hot characters (T, F): at each step that of the largest value, the paler the less sure it is. */
function drawWord(context, view, i, box, look) {
  const [x, y, width, height] = box;
  const { columns, room, ...size } = layout(view);
  const font = Math.min(width / size.width, height / size.height);
  const word = spell(view, i, look.alphabet);
  if (word.length > room) word.splice(room - 1, Infinity, { letter: "…", sure: 1 });
  drawGround(context, box, 0.08);
  context.font = `${font}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace`;
  context.textAlign = "center";
  word.forEach(({ letter, sure }, step) => {
    const [column, line] = [step % columns, Math.floor(step / columns)];
    context.globalAlpha = PALEST + (1 - PALEST) * sure;
    context.fillText(letter, x + font * (0.4 + CHARACTER * (column + 0.5)), y + font * (1.1 + 1.25 * line));
  });
}

/** The words on a canvas, for those who have it read to them. */
function presentWords(canvas, tiles, look) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", tiles.map(({ view, i }) => spell(view, i, look.alphabet).map(({ letter }) => letter).join("")).join(", "));
}

/** A sound (T, F), its T F amplitudes in a row: from the lowest to the highest of each column of pixels. */
function drawWaveform(context, view, i, box) {
  const [x, y, width, height] = box;
  const size = view.values.length / view.shape[0];
  const columns = Math.max(1, Math.floor(width));
  const at = (value) => y + 1 + (1 - share(view, value)) * (height - 3);
  drawGround(context, box, 0.1);
  const outline = Array.from({ length: columns }, (_, column) => {
    // One value into the next column, so that steep slopes have no gaps.
    const [begin, end] = [column, column + 1].map((c) => Math.floor((c * size) / columns));
    const part = view.values.subarray(i * size + begin, i * size + Math.min(size, end + 1));
    return { x: x + column, top: at(Math.max(...part)), bottom: at(Math.min(...part)) + 1 };
  });
  // One outline, there and back: columns that are filled one by one would show their seams.
  context.globalAlpha = 0.85;
  context.beginPath();
  for (const { x: left, top } of outline) context.lineTo(left, top), context.lineTo(left + 1, top);
  for (const { x: left, bottom } of outline.reverse()) context.lineTo(left + 1, bottom), context.lineTo(left, bottom);
  context.fill();
}

/** Rows of samples [{ view, name }], one below the other, as many columns as fit; returns the tiles. */
function drawRows(canvas, rows, look, size, gap) {
  const names = rows.some((row) => row.name) ? 104 : 0;
  const ratio = aspect(rows[0].view, look);
  const wanted = size * LOOKS[look.kind].height(rows[0].view) * ratio;
  const count = Math.max(1, Math.min(rows[0].view.shape[0], Math.floor((canvas.clientWidth - names) / (wanted + gap))));
  // The row fills the width up to half as much again: the size that was asked for says how many fit.
  const box = Math.min(1.5 * wanted, (canvas.clientWidth - names) / count - gap);
  const line = box / ratio + gap;
  const { context } = prepare(canvas, Math.ceil(rows.length * line));
  const tiles = rows.flatMap(({ view, name }, r) => Array.from({ length: count }, (_, i) => ({ view, i, name, box: [names + i * (box + gap), r * line, box, box / ratio] })));
  rows.forEach(({ name }, r) => name && context.fillText(name, 0, r * line + box / ratio / 2 + 4));
  for (const tile of tiles) drawSample(context, tile.view, tile.i, look, tile.box);
  return tiles;
}

/** The first `most` samples in a grid of `columns` inside [left, top, width, height], a note below each; returns the tiles. */
function drawWall(context, view, look, columns, [left, top, width, height], most = Infinity, notes = []) {
  const count = Math.min(view.shape[0], most);
  const under = notes.length ? 16 : 0;
  const ratio = aspect(view, look);
  const size = Math.min(width / columns / ratio, height / Math.ceil(count / columns) - under);
  const margin = (width - size * ratio * columns) / 2;
  const tiles = Array.from({ length: count }, (_, i) => ({ view, i, name: "", box: [left + margin + (i % columns) * size * ratio, top + Math.floor(i / columns) * (size + under), size * ratio - 2, size - 2] }));
  context.textAlign = "center";
  tiles.forEach(({ i, box: [x, y] }) => {
    drawSample(context, view, i, look, tiles[i].box);
    if (notes.length) context.fillText(notes[i], x + (size * ratio) / 2, y + size + 11);
  });
  return tiles;
}

/** What a canvas offers beside its picture, once its tiles are drawn; `repaint` draws it again. */
function present(canvas, tiles, look, repaint) {
  LOOKS[look.kind].present?.(canvas, tiles, look, repaint);
}
