// Samples that look like waveforms, and are played when they are clicked.

import { ARROWS } from "./arrows.js";
import { drawGround } from "./canvas.js";
import { share } from "./snapshot.js";
import { amplitudes, play, speaker } from "./speaker.js";
import { beside, point } from "./tile_keys.js";

/** A sound (T, F), its T F amplitudes in a row: from the lowest to the highest of each column of pixels. */
export function drawWaveform(context, view, i, box) {
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
  for (const { x: left, top } of outline) {
    context.lineTo(left, top);
    context.lineTo(left + 1, top);
  }
  for (const { x: left, bottom } of outline.reverse()) {
    context.lineTo(left + 1, bottom);
    context.lineTo(left, bottom);
  }
  context.fill();
}

/** Let the tiles of a canvas be heard: by a click, or by the arrow keys and Enter. */
export function presentSounds(canvas, tiles, look, repaint) {
  canvas.heard ??= hear(canvas);
  const { heard } = canvas;
  Object.assign(heard, { tiles, look, repaint });
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const [colour, ground] = ["--st-primary-color", "--st-background-color"].map((name) => style.getPropertyValue(name));
  tiles.forEach(({ box }, i) => {
    const isPlaying = speaker.playing?.canvas === canvas && speaker.playing.i === i;
    context.save();
    context.fillStyle = colour;
    context.strokeStyle = colour;
    if (isPlaying || i === heard.chosen) drawFrame(context, box, isPlaying ? 0.3 : 0.12);
    drawTriangle(context, box, colour, ground);
    context.restore();
  });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", told(heard));
}

/** The frame around the sound that is chosen or heard. */
function drawFrame(context, box, strength) {
  const [x, y, width, height] = box;
  drawGround(context, box, strength);
  context.lineWidth = 2;
  context.strokeRect(x + 1, y + 1, width - 2, height - 2);
}

/** The sign that a waveform can be played. */
function drawTriangle(context, [x, y], colour, ground) {
  context.fillStyle = ground;
  context.fillRect(x, y, 15, 15);
  context.fillStyle = colour;
  context.beginPath();
  for (const [right, down] of [
    [3, 3],
    [12, 7.5],
    [3, 12],
  ])
    context.lineTo(x + right, y + down);
  context.fill();
}

/** What is said of a canvas that can be heard. */
function told({ tiles, chosen }) {
  const tile = tiles[chosen];
  const which = tile ? `, ${[`${tile.i + 1} chosen`, tile.name].filter(Boolean).join(", ")}` : "";
  return `${tiles.length} sounds${which}: arrow keys choose one, Enter plays it`;
}

/** Listen to pointer and keys on a canvas; its tiles come with every painting. */
function hear(canvas) {
  const heard = { tiles: [], chosen: -1 };
  const choose = (i) => {
    if (i === heard.chosen) return;
    heard.chosen = i;
    heard.repaint();
  };
  const sound = (i) => {
    const { view, i: which } = heard.tiles[i];
    const mine = { canvas, i };
    const root = canvas.closest(".lab");
    root.dataset.played = Number(root.dataset.played || 0) + 1;
    play(amplitudes(view, which), heard.look.rate, () => {
      // Another may be heard by now.
      if (speaker.playing === mine) speaker.playing = null;
      heard.repaint();
    });
    speaker.playing = mine;
    heard.repaint();
  };
  const under = ({ offsetX, offsetY }) =>
    heard.tiles.findIndex(
      ({ box: [x, y, width, height] }) => offsetX >= x && offsetX < x + width && offsetY >= y && offsetY < y + height,
    );
  canvas.tabIndex = 0;
  canvas.onpointermove = (event) => {
    const i = under(event);
    canvas.style.cursor = i < 0 ? "default" : "pointer";
    choose(i);
  };
  canvas.onpointerleave = () => choose(-1);
  canvas.onblur = () => point(canvas, null);
  canvas.onclick = (event) => {
    const i = under(event);
    if (i >= 0) sound(i);
  };
  canvas.onkeydown = (event) => {
    const way = ARROWS[event.key];
    const isPress = event.key === "Enter" || event.key === " ";
    // Keys go as the pointer does: whatever follows that follows them.
    if (way) point(canvas, heard.tiles[heard.chosen < 0 ? 0 : beside(heard.tiles, heard.chosen, way)]);
    else if (isPress && heard.chosen >= 0) sound(heard.chosen);
    else if (event.key === "Escape" && heard.chosen >= 0) point(canvas, null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return heard;
}
