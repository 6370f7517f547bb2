// The panel of datasets of the plane: real points, and what the model makes of the plane.

import { PANEL_HEIGHT, prepare } from "./canvas.js";
import { drawDots, drawLandscape, drawWarp, squareScale } from "./plane.js";

/** What the colours of the views that are there mean. */
function legend(views) {
  const shown = [["real", "#7f7f7f"]];
  if (views.samples) shown.push(["generated", "#D55E00"]);
  if (views.reconstructions) shown.push(["reconstructed", "#0072B2"]);
  if (views.landscape) shown.push(["critic says real", "#E69F00"], ["critic says generated", "#56B4E9"]);
  return shown;
}

export const plane = {
  name: "plane",
  title: () => "Data",
  shown: (views, { look }) => look.kind === "dot" && views.reals,
  note: ({ frame }) =>
    legend(frame.views)
      .map(([text, colour]) => `<span><i class="dot" style="background:${colour}"></i>${text}</span> `)
      .join(""),
  draw: (canvas, { frame }) => {
    const { views } = frame;
    const { context, width, height } = prepare(canvas, PANEL_HEIGHT);
    const [low, high] = frame.value_range;
    const scale = squareScale([low, low], [high, high], width, height);
    const dots = (view, radius, colour) => drawDots(context, view.values, scale, radius, () => colour);
    if (views.landscape) drawLandscape(context, views.landscape, [low, high], scale);
    if (views.warp) drawWarp(context, views.warp, scale);
    dots(views.reals, 1.5, "rgba(127,127,127,0.6)");
    if (views.reconstructions) dots(views.reconstructions, 2, "rgba(0,114,178,0.7)");
    if (views.samples) dots(views.samples, 2, "rgba(213,94,0,0.75)");
  },
};
