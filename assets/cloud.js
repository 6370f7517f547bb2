// The cloud: points in two or three dimensions, marked by group, which can be selected; hovering one shows its sample.

import { axisNames, drawAxes, drawOutside, drawPosteriors, drawPrior, frameScale, inFrame, outside } from "./axes.js";
import { describe, prepare, whenResized } from "./canvas.js";
import { Hands } from "./hands.js";
import { letSelect, under } from "./lasso.js";
import { aspect, drawSample } from "./looks.js";
import { canStandAmong, drawMarks, drawNames, legend } from "./marks.js";
import { box, spotsOf, squareScale } from "./plane.js";
import { Player, playerHtml } from "./player.js";
import { chosenOf, shade } from "./selection.js";
import { BYTES, unpack } from "./snapshot.js";
import { Space } from "./space.js";
import { amplitudes, play } from "./speaker.js";
import { short } from "./text.js";
import { onSheet, stillness, travel } from "./travel.js";
import { centre, turn } from "./turning.js";

// The most classes that the legend names.
const NAMED = 25;
// Heights in CSS pixels of the cloud and of the sample under the pointer.
const HEIGHT = 460;
// While a hand needs room below, that of the cloud shrinks with the window, down to this height.
const [LEAST, BELOW] = [260, 300];
const TIP = 84;
// CSS pixels that turn the cloud by one radian.
const PER_RADIAN = 120;
// The scale of what is in CSS pixels already.
const AS_IT_IS = [(x) => x, (y) => y];

// Where points were seen last, and in which picture: Streamlit may draw the next one on another element.
const last = { places: null, plane: "", moving: false, journey: null };

const HTML =
  `<div class="tools" role="group" aria-label="What the pointer does"></div><div class="legend"></div>` +
  `<div class="plot"><canvas class="points"></canvas><canvas class="marks" aria-hidden="true"></canvas>` +
  `<div class="tip"><canvas aria-hidden="true"></canvas><div></div></div></div>` +
  `<div class="way">${playerHtml("How it unfolded")}</div><div class="hand"></div>`;

/** What the marks mean: the first groups by name, and how many more there are. */
function described(names, mark, isHollow) {
  const more = names.length > NAMED ? `<span>and ${names.length - NAMED} more</span>` : "";
  return legend(names.slice(0, NAMED), mark, isHollow) + more;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  const { names, marks, hollow, look, dimensions, ground, selected, hands } = data;
  const markOf = (group) => marks[group % marks.length];
  root.innerHTML = HTML;
  root.querySelector(".legend").innerHTML = described(names, markOf, hollow);
  const points = unpack(data.points, Float32Array);
  const middled = (places) => (dimensions === 3 ? centre(places, dimensions) : places);
  const values = middled(points);
  const frames = unpack(data.frames, Float32Array);
  const spreads = ground ? unpack(ground.spreads, Float32Array) : [];
  const groups = unpack(data.groups, Uint8Array);
  const [isDot, isSound] = [look.kind === "dot", look.kind === "sound"];
  const samples = { values: unpack(data.samples, isDot ? Float32Array : Uint8Array), shape: data.shape, range: BYTES };
  const [canvas, tip] = [root.querySelector(".points"), root.querySelector(".tip")];
  const groupsNamed = names.slice(0, NAMED).join(", ");
  describe(canvas, `${points.length / dimensions} points in ${dimensions} dimensions, marked by group: ${groupsNamed}`);
  // How the cloud was turned stays when other points are selected.
  root.view ??= { yaw: 0.6, pitch: 0.4 };
  const { view } = root;
  let [held, moved, flat, scale, chosen, hand] = [null, false, values, null, chosenOf(selected), null];
  // Where points belong, or where they were on their way there.
  let seen = values;
  // A letter in the middle of noise would stand for nothing.
  const written = names.map((name, group) => (marks[group].shape === "x" ? "" : name));
  const isNamed = hollow || canStandAmong(names);

  const mark = (i) => markOf(groups[i]);
  // Points stand where they belong, or at `places` on their way there.
  const drawPoints = (context, places) => {
    context.globalAlpha = 0.85;
    drawMarks(context, places ?? onSheet(flat, scale), AS_IT_IS, 1.2, mark, hollow, chosen);
    context.globalAlpha = 1;
  };
  const drawOnGround = (context, width, height, places) => {
    const { low, high, latents, prior } = ground;
    scale = frameScale([low, high], width, height);
    drawAxes(context, [low, high], scale, axisNames(latents));
    inFrame(context, [low, high], scale, () => {
      drawPoints(context, places);
      if (!places) drawPosteriors(context, flat, spreads, scale, (i) => shade(mark(i).colour, i, chosen));
      drawPrior(context, prior, latents, scale);
    });
    drawOutside(context, outside(flat, [low, high]), [low, high], scale);
  };
  // What hands draw lies on a sheet of its own: while they move, the points below need not be drawn anew.
  const paintHand = (places = null) => {
    const { context, width } = prepare(root.querySelector(".marks"), canvas.clientHeight);
    if (!places && seen === values) hand?.draw({ context, width }, scale);
  };
  const paint = (places = null) => {
    const room = hand?.isSelecting === false ? Math.max(LEAST, window.innerHeight - BELOW) : HEIGHT;
    // No higher than wide: a square stands in its middle.
    const { context, width, height } = prepare(canvas, Math.min(HEIGHT, room, Math.max(LEAST, canvas.clientWidth)));
    flat = dimensions === 3 ? turn(seen, view.yaw, view.pitch) : seen;
    if (ground) drawOnGround(context, width, height, places);
    else {
      scale = squareScale(...box(flat), width, height);
      drawPoints(context, places);
    }
    if (isNamed) drawNames(canvas, context, places ?? flat, places ? AS_IT_IS : scale, groups, written);
    paintHand(places);
    last.places = places ?? onSheet(flat, scale);
    root.dataset.points = flat.length / 2;
    root.dataset.selected = chosen?.size ?? 0;
  };
  const nearest = ({ offsetX, offsetY }) => under(spotsOf(flat, scale), [offsetX, offsetY]);
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
    const i = samples.shape[0] ? nearest(event) : -1;
    tip.style.display = i < 0 ? "none" : "block";
    if (i < 0) return;
    drawTip(i);
    tip.style.left = `${Math.min(event.offsetX + 14, canvas.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${event.offsetY + 14}px`;
    root.dataset.hovered = i;
  };

  // On the way there hands have nothing to hold on to.
  const takes = (kind, event) => seen === values && hand?.takes(kind, event);
  canvas.onpointermove = (event) => {
    if (takes("move", event)) return;
    if (!held) show(event);
    moved ||= held !== null;
    if (!held || dimensions < 3) return;
    view.yaw += (event.clientX - held[0]) / PER_RADIAN;
    view.pitch += (event.clientY - held[1]) / PER_RADIAN;
    held = [event.clientX, event.clientY];
    paint();
  };
  canvas.onpointerdown = (event) => {
    if (takes("down", event)) return;
    held = [event.clientX, event.clientY];
    moved = false;
    tip.style.display = "none";
  };
  canvas.onpointerup = (event) => {
    takes("up", event);
    held = null;
  };
  canvas.onpointercancel = canvas.onpointerup;
  canvas.onclick = (event) => {
    if (takes("click", event)) return;
    const i = nearest(event);
    if (isSound && i >= 0 && isThere(i) && !moved) play(amplitudes(samples, i), look.rate, () => {});
  };
  canvas.onpointerleave = () => {
    tip.style.display = "none";
  };
  letSelect(canvas, {
    // Of noise there is nothing to select.
    spots: () => (!selected.samples || (hand && !hand.isSelecting) ? null : spotsOf(flat, scale)),
    chosen: () => chosen,
    select: (indices) => {
      chosen = chosenOf({ indices });
      paint();
      setTriggerValue("selected", { samples: selected.samples, indices });
    },
    isTurned: dimensions === 3,
  });
  root.hand?.close();
  root.way?.stop();
  if (hands) {
    const { run, prior, codes, axes, tools, decodes, most } = hands;
    const space = new Space(unpack(codes, Float32Array), points, unpack(axes, Float32Array));
    const kit = { run, prior, decodes, most, plane: data.points, space, look, samples, names, groups, canvas, nearest };
    Object.assign(kit, { repaint: () => paintHand(), resize: () => paint() });
    hand = new Hands(root, root.querySelector(".tools"), root.querySelector(".hand"), tools, kit);
  }
  root.hand = hand;
  whenResized(root, () => paint());
  // Where the same samples stood in the picture before, they come from.
  const before = last.places;
  paint();
  const { steps, moving } = data;
  const way = new Player(root.querySelector(".way .film"), (k) => {
    seen = k < steps.length - 1 ? middled(frames.subarray(k * points.length, (k + 1) * points.length)) : values;
    paint();
    return `${steps[k]} of ${steps.at(-1)}`;
  });
  root.way = way;
  way.take(steps.length);
  // What was not seen on its way unfolds when it is seen first; all else travels from where it stands.
  const isNew = last.plane !== data.points && !last.moving;
  Object.assign(last, { plane: data.points, moving, journey: data });
  if (steps.length) way.go(steps.length - 1);
  if (steps.length && isNew && !stillness.matches) way.play();
  else travel(before, last.places, paint, () => last.journey !== data);
  return () => {
    way.stop();
    root.resized.disconnect();
    hand?.close();
  };
}
