// The cloud: points in two or three dimensions, coloured by label; hovering one shows the sample behind it.

import { prepare } from "./canvas.js";
import { aspect, drawSample } from "./looks.js";
import { box, drawDots, squareScale } from "./plane.js";
import { BYTES, unpack } from "./snapshot.js";
import { amplitudes, play } from "./speaker.js";
import { short } from "./text.js";
import { centre, turn } from "./turning.js";

// The most classes that the legend names.
const NAMED = 25;
// Heights in CSS pixels of the cloud and of the sample under the pointer; how near a point the pointer has to be.
const HEIGHT = 460;
const TIP = 84;
const NEAR = 12;
// CSS pixels that turn the cloud by one radian.
const PER_RADIAN = 120;

const HTML =
  `<div class="plot"><canvas class="points"></canvas><div class="tip"><canvas></canvas><div></div></div></div>` +
  `<div class="legend"></div>`;

/** What the colours mean: the first classes by name, and how many there are. */
function fillLegend(legend, names, colours) {
  names.slice(0, NAMED).forEach((name, i) => {
    const entry = document.createElement("span");
    entry.innerHTML = `<i style="background:${colours[i % colours.length]}"></i>`;
    entry.append(name);
    legend.append(entry);
  });
  if (names.length <= colours.length) return;
  const unnamed = names.length > NAMED ? `and ${names.length - NAMED} more, ` : "";
  legend.append(`${unnamed}${names.length} classes in ${colours.length} colours`);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const { names, colours, look, dimensions } = data;
  root.innerHTML = HTML;
  fillLegend(root.querySelector(".legend"), names, colours);
  const values = centre(unpack(data.points, Float32Array), dimensions);
  const groups = unpack(data.groups, Uint8Array);
  const [isDot, isSound] = [look.kind === "dot", look.kind === "sound"];
  const samples = { values: unpack(data.samples, isDot ? Float32Array : Uint8Array), shape: data.shape, range: BYTES };
  const [canvas, tip] = [root.querySelector(".points"), root.querySelector(".tip")];
  let [yaw, pitch, held, turned, flat, scale] = [0.6, 0.4, null, false, values, null];

  const paint = () => {
    const { context, width, height } = prepare(canvas, HEIGHT);
    flat = dimensions === 3 ? turn(values, yaw, pitch) : values;
    scale = squareScale(...box(flat), width, height);
    context.globalAlpha = 0.85;
    drawDots(context, flat, scale, 3.5, (i) => colours[groups[i] % colours.length]);
    root.dataset.points = flat.length / 2;
  };
  const nearest = ({ offsetX, offsetY }) => {
    let [best, found] = [NEAR ** 2, -1];
    for (let i = 0; 2 * i < flat.length; i++) {
      const distance = (scale[0](flat[2 * i]) - offsetX) ** 2 + (scale[1](flat[2 * i + 1]) - offsetY) ** 2;
      if (distance < best) [best, found] = [distance, i];
    }
    return found;
  };
  // Of very large samples only the first came along.
  const isThere = (i) => i < samples.shape[0];
  const drawTip = (i) => {
    const sheet = tip.querySelector("canvas");
    const isDrawn = !isDot && isThere(i);
    sheet.style.display = isDrawn ? "block" : "none";
    if (isDrawn) {
      const ratio = aspect(samples, look);
      sheet.style.width = `${Math.max(1, Math.min(2, ratio)) * TIP}px`;
      const { context, width, height } = prepare(sheet, Math.min(TIP, sheet.clientWidth / ratio));
      drawSample(context, samples, i, look, [0, 0, width, height]);
    }
    const numbers = isDot ? [...samples.values.slice(2 * i, 2 * i + 2)].map(short).join(", ") : "";
    const wish = isSound ? "click to hear" : "";
    const note = isThere(i) ? wish : "too large to be shown here";
    tip.querySelector("div").textContent = [names[groups[i]], numbers, note].filter(Boolean).join(" · ");
  };
  const show = (event) => {
    const i = nearest(event);
    tip.style.display = i < 0 ? "none" : "block";
    if (i < 0) return;
    drawTip(i);
    tip.style.left = `${Math.min(event.offsetX + 14, canvas.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${event.offsetY + 14}px`;
    root.dataset.hovered = i;
  };

  canvas.onpointermove = (event) => {
    if (!held || dimensions < 3) {
      show(event);
      return;
    }
    yaw += (event.clientX - held[0]) / PER_RADIAN;
    pitch += (event.clientY - held[1]) / PER_RADIAN;
    held = [event.clientX, event.clientY];
    turned = true;
    paint();
  };
  canvas.onpointerdown = (event) => {
    held = [event.clientX, event.clientY];
    turned = false;
    canvas.setPointerCapture(event.pointerId);
    tip.style.display = "none";
  };
  canvas.onpointerup = () => {
    held = null;
  };
  canvas.onclick = (event) => {
    const i = nearest(event);
    if (isSound && i >= 0 && isThere(i) && !turned) play(amplitudes(samples, i), look.rate, () => {});
  };
  canvas.onpointerleave = () => {
    tip.style.display = "none";
  };
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => resized.disconnect();
}
