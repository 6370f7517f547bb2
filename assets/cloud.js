// The cloud: points in two or three dimensions, marked by group, which can be selected; hovering one shows its sample.

import { describe, oncePerPicture, prepare, whenResized } from "./canvas.js";
import { focusIn, letGo } from "./cloud_keys.js";
import { Picture } from "./cloud_picture.js";
import { Places } from "./cloud_places.js";
import { Tip } from "./cloud_tip.js";
import { Hands } from "./hands.js";
import { letSelect, toggled } from "./lasso.js";
import { LENS, Lens } from "./lens.js";
import { legend } from "./marks.js";
import { Player, playerHtml } from "./player.js";
import { choose, chosenOf, standing } from "./selection.js";
import { BYTES, unpack } from "./snapshot.js";
import { Space } from "./space.js";
import { amplitudes, play } from "./speaker.js";
import { stillness } from "./stillness.js";
import { travel } from "./travel.js";
import { centre, letTurn, turnBy } from "./turning.js";
import { Among, hearOfWalks } from "./walked.js";

// The most classes that the legend names.
const NAMED = 25;
// The height of the cloud in CSS pixels.
const HEIGHT = 460;
// So many codes nearest to the one under the pointer are marked.
const NEIGHBOURS = 5;
// While a hand needs room below, that of the cloud shrinks with the window, down to this height.
const [LEAST, BELOW] = [260, 300];

// Where points were seen last, `stood()`, of which `samples`, and in which picture: Streamlit may draw the next one on
// another element.
const last = { stood: null, samples: "", plane: "", moving: false, journey: null };

const HTML =
  `<div class="above"><div class="tools" role="group" aria-label="What the pointer does"></div>` +
  `<label class="find">Sample <input type="number" min="1" step="1"></label></div>` +
  `<div class="above"><div class="legend"></div>${LENS}</div>` +
  `<div class="plot"><canvas class="points"></canvas><canvas class="marks" aria-hidden="true"></canvas>` +
  `<div class="tip"><canvas aria-hidden="true"></canvas><div aria-live="polite"></div></div></div>` +
  `<div class="way">${playerHtml("How it unfolded")}</div><div class="hand"></div>`;

/** What the marks mean: the first groups by name, and how many more there are. */
function described(names, marks, isHollow) {
  const more = names.length > NAMED ? `<span>and ${names.length - NAMED} more</span>` : "";
  return legend(names.slice(0, NAMED), marks, isHollow) + more;
}

/** The picture of what Python gave. */
function pictureOf(root, canvas, data, groups) {
  const { names, marks, hollow, dimensions, ground } = data;
  // How the cloud was turned stays when other points are selected, and what is seen of it as long as it is the same.
  root.view ??= { yaw: 0.6, pitch: 0.4 };
  if (root.plane !== data.points) Object.assign(root, { plane: data.points, seenThrough: new Lens() });
  const marked = { marks, groups, isHollow: hollow };
  const { view, seenThrough: lens } = root;
  return new Picture(canvas, { marked, names, ground, dimensions, view, lens });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  const { names, marks, hollow, look, dimensions, hands } = data;
  const selected = standing(data.selected);
  // All is drawn anew when something is selected: keys are where they were.
  const keyed = focusIn(root);
  root.innerHTML = HTML;
  root.querySelector(".legend").innerHTML = described(names, marks, hollow);
  const points = unpack(data.points, Float32Array);
  const middled = (places) => (dimensions === 3 ? centre(places, dimensions) : places);
  const values = middled(points);
  const frames = unpack(data.frames, Float32Array);
  const groups = unpack(data.groups, Uint16Array);
  const places = new Places(unpack(data.places, Int32Array));
  const isSound = look.kind === "sound";
  const type = look.kind === "dot" ? Float32Array : Uint8Array;
  const samples = { values: unpack(data.samples, type), shape: data.shape, range: BYTES };
  const canvas = root.querySelector(".points");
  const groupsNamed = names.slice(0, NAMED).join(", ");
  describe(canvas, `${points.length / dimensions} points in ${dimensions} dimensions, marked by group: ${groupsNamed}`);
  const picture = pictureOf(root, canvas, data, groups);
  picture.chosen = places.pointsOf(chosenOf(selected));
  picture.put(values);
  root.tip?.close();
  const rebuilds = hands?.decodes ? { run: hands.run, part: hands.part } : null;
  const tip = new Tip(root.querySelector(".tip"), { look, samples, names, groups, places, rebuilds });
  root.tip = tip;
  let [held, moved, hand, sliders, hovered, space] = [null, false, null, null, -1, null];
  // The samples whose codes are nearest to that of the one under the pointer.
  let near = [];
  // On the way to where they belong, points are nothing that a hand could hold on to.
  const isThere = () => picture.values === values;

  // What hands draw lies on a sheet of its own: while they move, the points below need not be drawn anew.
  const paintHand = (isOnTheWay = false) => {
    const { context, width } = prepare(root.querySelector(".marks"), canvas.clientHeight);
    if (isOnTheWay || !isThere()) return;
    hand?.draw({ context, width }, picture.scale);
    // A hand has a cross of its own.
    if (hand?.isSelecting) sliders?.draw({ context, width }, picture.scale);
    if (hovered >= 0) picture.ring(context, hovered, 2);
    for (const i of near) picture.ring(context, i, 1);
  };
  const hover = (i) => {
    if (i === hovered) return;
    hovered = i;
    near = space && i >= 0 ? space.neighbours(i, NEIGHBOURS) : [];
    root.dataset.near = near;
    paintHand();
  };
  // Where points come from, and what part of the way they have gone: whatever else is drawn meanwhile finds them there.
  let [from, part] = [null, 1];
  const paint = () => {
    const room = hand?.isSelecting === false ? Math.max(LEAST, window.innerHeight - BELOW) : HEIGHT;
    // No higher than wide: a square stands in its middle.
    picture.paint(Math.min(HEIGHT, room, Math.max(LEAST, canvas.clientWidth)), from, part);
    paintHand(from !== null);
    last.stood = () => (from ? picture.onTheWay(from, part) : picture.end);
    root.dataset.points = values.length / dimensions;
    root.dataset.selected = picture.chosen?.size ?? 0;
  };
  const paintOnTheWay = (begin = null, share = 1) => {
    [from, part] = [begin, share];
    paint();
  };
  const nearest = ({ offsetX, offsetY }) => picture.under([offsetX, offsetY]);

  const repaint = oncePerPicture(() => {
    // Another picture may stand there meanwhile.
    if (canvas.isConnected) paint();
  });
  picture.lens.listen(
    canvas,
    root.querySelector(".lens"),
    () => picture.seen,
    () => {
      tip.hide();
      repaint();
    },
  );
  const turned = () => {
    picture.put(picture.values);
    repaint();
  };
  if (dimensions === 3) letTurn(canvas, picture.view, turned);
  const takes = (kind, event) => isThere() && hand?.takes(kind, event);
  canvas.onpointermove = (event) => {
    if (takes("move", event)) return;
    if (!held) {
      const i = nearest(event);
      hover(i);
      tip.show(i, [event.offsetX, event.offsetY], canvas.clientWidth);
      if (i >= 0) root.dataset.hovered = i;
    }
    moved ||= held !== null;
    if (!held || dimensions < 3) return;
    turnBy(picture.view, event.clientX - held[0], event.clientY - held[1]);
    held = [event.clientX, event.clientY];
    turned();
  };
  canvas.onpointerdown = (event) => {
    if (takes("down", event)) return;
    held = [event.clientX, event.clientY];
    moved = false;
    hover(-1);
    tip.hide();
  };
  canvas.onpointerup = (event) => {
    // What was begun ends, also while points move.
    hand?.takes("up", event);
    held = null;
  };
  canvas.onpointercancel = canvas.onpointerup;
  canvas.onclick = (event) => {
    if (takes("click", event)) return;
    const i = nearest(event);
    if (isSound && i >= 0 && tip.has(i) && !moved) play(amplitudes(samples, i), look.rate, () => {});
    if (!moved && hand?.isSelecting) sliders?.go(event);
  };
  canvas.onpointerleave = () => {
    hover(-1);
    tip.hide();
  };
  const field = root.querySelector(".find input");
  field.parentElement.hidden = !samples.shape[0];
  field.max = 1 + places.last(groups.length);
  const go = (i) => {
    hover(i in groups ? i : -1);
    root.keyedAt = hovered;
    tip.show(hovered, picture.placeOf(i), canvas.clientWidth);
  };
  field.oninput = () => go(places.at(Number(field.value) - 1));
  const isSelectable = () => Boolean(selected.samples) && hand?.isSelecting !== false;
  // Samples are selected, of which others may be selected that no point here is of.
  let chosen = chosenOf(selected);
  const select = (samples) => {
    chosen = chosenOf(choose(selected.samples, samples, setTriggerValue));
    picture.chosen = places.pointsOf(chosen);
    repaint();
  };
  const among = {
    under: (place) => places.of(picture.under(place)),
    enclosed: (corners) => places.samplesOf(picture.enclosed(corners)),
  };
  const isTurned = dimensions === 3;
  letSelect(canvas, {
    among: () => (isSelectable() ? among : null),
    chosen: () => chosen,
    select,
    isTurned,
  });
  letGo(canvas, field, {
    count: groups.length,
    isFlat: !isTurned,
    isOurs: () => isSelectable() && isThere(),
    placeOf: (i) => picture.placeOf(i),
    at: () => hovered,
    go,
    toggle: (i) => {
      if (places.of(i) >= 0) select(toggled(places.of(i), chosen));
    },
  });
  root.hand?.close();
  root.hear?.();
  root.hear = hearOfWalks(() => paintHand());
  root.way?.stop();
  if (hands) {
    const { run, prior, codes, axes, tools, decodes, most } = hands;
    space = new Space(unpack(codes, Float32Array), points, unpack(axes, Float32Array));
    const kit = { run, prior, decodes, most, plane: data.points, space, look, samples, names, groups, canvas, nearest };
    Object.assign(kit, { repaint: () => paintHand(), resize: paint });
    if (decodes) sliders = new Among(run, space);
    hand = new Hands(root, root.querySelector(".tools"), root.querySelector(".hand"), tools, kit);
  }
  root.hand = hand;
  whenResized(root, paint);
  // Where the same samples stood in the picture before, they come from: the first ones of more or of fewer.
  const stood = last.stood?.();
  const drawn = places.named(selected.samples);
  const isOfSame = stood?.values.length === picture.end.values.length || (selected.samples && last.samples === drawn);
  const before = isOfSame ? stood : null;
  last.samples = drawn;
  paint();
  if (keyed) {
    root.querySelector(keyed).focus();
    const place = places.of(root.keyedAt ?? -1);
    field.value = place >= 0 ? place + 1 : "";
    go(root.keyedAt ?? -1);
  }
  const { steps, moving } = data;
  const way = new Player(root.querySelector(".way .film"), (k) => {
    picture.put(k < steps.length - 1 ? middled(frames.subarray(k * points.length, (k + 1) * points.length)) : values);
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
  else travel(before, picture.end, paintOnTheWay, () => last.journey !== data);
  return () => {
    way.stop();
    root.resized.disconnect();
    root.hear();
    hand?.close();
    tip.close();
  };
}
