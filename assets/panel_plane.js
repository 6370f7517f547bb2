// The panel of datasets of the plane: real points, and what the model makes of the plane.

import { drawAxes, drawOutside, frameScale, inFrame, outside } from "./axes.js";
import { drawPair } from "./pair.js";
import { drawDots, drawLandscape, drawWarp, spotsOf } from "./plane.js";
import { LANDSCAPE, ROLES } from "./protocol.js";
import { chosenOf } from "./selection.js";
import { dot } from "./text.js";

/** What the colours of the views that are there mean. */
function legend(views, [above, below]) {
  const shown = [["real", ROLES.real]];
  if (views.corrupted) shown.push(["training input", ROLES.corrupted]);
  if (views.samples) shown.push(["generated", ROLES.generated]);
  if (views.reconstructions) shown.push(["reconstructed", ROLES.reconstructed]);
  if (views.landscape) shown.push([above, LANDSCAPE.real], [below, LANDSCAPE.generated]);
  return shown;
}

// What is generated is no sample of the data: nothing of it is chosen.
const NONE = new Set();

/** Real points and generated or rebuilt ones, on what else the model says of the plane. */
export function drawPlane({ context, width, height }, { data, snapshot }) {
  const { views } = snapshot;
  const [low, high] = snapshot.value_range;
  const frame = [
    [low, low],
    [high, high],
  ];
  const scale = frameScale(frame, width, height);
  const chosen = chosenOf(data.selected);
  let lost = 0;
  const dots = (view, radius, colour, opacity, of = chosen) => {
    context.globalAlpha = chosen ? 1 : opacity;
    drawDots(context, view.values, scale, radius, colour, of);
    lost += outside(view.values, frame);
  };
  inFrame(context, frame, scale, () => {
    if (views.landscape) drawLandscape(context, views.landscape, [low, high], scale);
    if (views.warp) drawWarp(context, views.warp, scale);
  });
  drawAxes(context, frame, scale, ["x", "y"]);
  inFrame(context, frame, scale, () => {
    dots(views.reals, 1.5, ROLES.real, 0.6);
    if (views.corrupted) dots(views.corrupted, 1.5, ROLES.corrupted, 0.6);
    if (views.reconstructions) dots(views.reconstructions, 2, ROLES.reconstructed, 0.7);
    if (views.samples) dots(views.samples, 2, ROLES.generated, 0.75, chosen && NONE);
  });
  drawOutside(context, lost, frame, scale);
  const drawn = [views.reals, views.reconstructions].filter(Boolean);
  return drawn.flatMap((view) => spotsOf(view.values, scale));
}

export const plane = {
  name: "plane",
  title: () => "Data",
  isOfData: true,
  shown: (views, { look }) => look.kind === "dot" && views.reals,
  teaches: () => 5,
  note: ({ data, snapshot }) =>
    legend(snapshot.views, data.verdicts)
      .map(([text, colour]) => `<span>${dot(colour)}${text}</span> `)
      .join(""),
  draw: (canvas, state) => drawPair(canvas, state, plane.shown, drawPlane),
};
