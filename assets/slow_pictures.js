// The pictures of a scene in slow motion: points with the arrows of what they feel, and rows of samples and numbers.

import { drawAxes, frameScale, inFrame } from "./axes.js";
import { describe, prepare } from "./canvas.js";
import { aspect, drawSample, relativeHeight } from "./looks.js";
import { channels, drawDots } from "./plane.js";
import { LANDSCAPE } from "./protocol.js";
import { BYTES, unpack } from "./snapshot.js";
import { short } from "./text.js";

// CSS pixels: the height of a tile and the least of one, the names of rows, between two tiles.
const [TILE, SMALLEST, NAME, GAP] = [58, 30, 104, 4];
// What all rows may take of the window's height, and names of a row.
const [ROWS, NAMES] = [0.29, 0.2];
// The most tiles in a row.
const TILES = 8;
// The longest arrow, as a share of the frame.
const LONGEST = 0.12;
// So few numbers of a sample can be read, each on so many CSS pixels at least; a tile so large has room for all.
const READ = 4;
const [WIDE, HIGH, READABLE] = [40, 13, 52];

/** What is drawn of a picture: its numbers, and the arrows behind them, or nothing. */
function numbersOf(picture) {
  const values = unpack(picture.values, picture.form === "samples" ? Uint8Array : Float32Array);
  const arrows = picture.arrows ? unpack(picture.arrows, Float32Array) : null;
  return { values, arrows, shape: picture.shape, range: BYTES };
}

/** Arrows (N, 2) at points (N, 2), the longest of them a share of the frame. */
function drawArrows(context, { values, arrows }, [low, high], [x, y]) {
  let most = 0;
  for (let i = 0; i < arrows.length; i += 2) most = Math.max(most, Math.hypot(arrows[i], arrows[i + 1]));
  const scale = (LONGEST * (high[0] - low[0])) / (most || 1);
  context.lineWidth = 1;
  context.globalAlpha = 0.7;
  context.beginPath();
  for (let i = 0; i < arrows.length; i += 2) {
    const [fromX, fromY] = [x(values[i]), y(values[i + 1])];
    const [toX, toY] = [x(values[i] + scale * arrows[i]), y(values[i + 1] + scale * arrows[i + 1])];
    const turn = Math.atan2(toY - fromY, toX - fromX);
    const head = Math.min(4, 0.4 * Math.hypot(toX - fromX, toY - fromY));
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    for (const side of [-0.5, 0.5]) {
      context.moveTo(toX, toY);
      context.lineTo(toX - head * Math.cos(turn + side), toY - head * Math.sin(turn + side));
    }
  }
  context.stroke();
}

/** Points on their plane. */
export function drawPoints(canvas, picture) {
  const { context, width, height, ink } = prepare(canvas, canvas.clientWidth);
  const points = numbersOf(picture);
  const { frame, name } = picture;
  const scale = frameScale(frame, width, height);
  describe(canvas, `${picture.shape[0]} points${name ? ` called ${name}` : ""}${points.arrows ? " and arrows" : ""}`);
  drawAxes(context, frame, scale, ["", ""]);
  inFrame(context, frame, scale, () => {
    drawDots(context, points.values, scale, 1.8, picture.colour || ink, null);
    context.strokeStyle = ink;
    if (points.arrows) drawArrows(context, points, frame, scale);
  });
}

/** The size that most numbers stay below: colours are full there. */
function reach(values) {
  const sizes = Array.from(values, Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || 1;
}

/** Numbers (rows, columns) as cells of a box: the stronger coloured the further from 0, a colour for either sign. */
function drawCells(context, numbers, { rows, columns, isRead }, [x, y, width, height], most) {
  const sheet = new OffscreenCanvas(columns, rows);
  const image = new ImageData(columns, rows);
  numbers.forEach((value, i) => {
    const strength = (isRead ? 0.5 : 1) * Math.min(1, Math.abs(value) / most);
    image.data.set([...channels(value < 0 ? LANDSCAPE.generated : LANDSCAPE.real), 255 * strength], 4 * i);
  });
  sheet.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, x, y, width, height);
  const [wide, high] = [width / columns, height / rows];
  for (let i = 0; isRead && i < numbers.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    context.fillText(short(numbers[i]), x + column * wide + 3, y + (row + 0.5) * high + 4, wide - 6);
  }
  context.globalAlpha = 0.25;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  context.globalAlpha = 1;
}

/** How numbers of a sample are laid out in a box: below each other, and beside, where so many can be read. */
function layout(count, [, , width, height]) {
  const read = Math.ceil(count / Math.max(1, Math.floor(height / HIGH)));
  const isRead = count <= READ && height >= HIGH && width / read >= WIDE;
  const columns = isRead ? read : Math.min(count, Math.ceil(Math.sqrt((count * width) / height)));
  return { rows: Math.ceil(count / columns), columns, isRead };
}

/** One row of tiles for each picture, the same sample in the same column. */
export function drawTiles(canvas, pictures, look) {
  const rows = pictures.map((picture) => ({ ...numbersOf(picture), picture }));
  const sample = rows.find(({ picture }) => picture.form === "samples");
  const ratio = sample ? aspect(sample, look) : 1;
  const tall = sample ? relativeHeight(sample, look) : 1;
  const names = Math.min(NAME, NAMES * canvas.clientWidth);
  const room = canvas.clientWidth - names;
  const isRead = rows.some(
    ({ picture, values, shape }) => picture.form === "cells" && values.length <= READ * shape[0],
  );
  const least = Math.max(SMALLEST * ratio, isRead ? READABLE : 0);
  const count = Math.min(TILES, Math.max(1, Math.floor(room / (least + GAP))));
  const height = Math.min(TILE * Math.max(tall, 0.5), (ROWS * innerHeight) / rows.length, (room / count - GAP) / ratio);
  const { context } = prepare(canvas, rows.length * (height + GAP));
  describe(canvas, rows.map(({ picture }) => `${picture.name || "given"}: ${picture.shape.join(" × ")}`).join("; "));
  rows.forEach(({ picture, values, shape, range }, r) => {
    const top = r * (height + GAP);
    context.fillText(picture.name || "given", 0, top + height / 2 + 4, names - GAP);
    const size = values.length / shape[0];
    const most = picture.form === "samples" ? 1 : reach(values);
    for (let i = 0; i < Math.min(count, shape[0]); i++) {
      const box = [names + i * (height * ratio + GAP), top, height * ratio, height];
      if (picture.form === "samples") drawSample(context, { values, shape, range }, i, look, box);
      else {
        const [lines, columns] = shape.slice(1);
        const grid = picture.form === "maps" ? { rows: lines, columns, isRead: false } : layout(size, box);
        drawCells(context, values.subarray(i * size, (i + 1) * size), grid, box, most);
      }
    }
  });
}
