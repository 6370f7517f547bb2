// What the pointer is on among a run's validation samples: the sample, and what the model makes of it.

import { Asker } from "./asker.js";
import { under } from "./lasso.js";
import { held } from "./panel_samples.js";
import { short } from "./text.js";
import { drawRows } from "./tiles.js";

// In CSS pixels: about how high samples are, what is between them, and how far from the pointer they stand.
const HEIGHT = 48;
const GAP = 4;
const AWAY = 14;

/** Draw rows of one sample, if any, about so high each, into the tip `tip` beside a place of its parent. */
export function showTip(tip, rows, look, tall, name, [x, y]) {
  tip.style.display = "block";
  const sheet = tip.querySelector("canvas");
  sheet.hidden = !rows.length;
  if (rows.length) drawRows(sheet, rows, look, tall, GAP);
  tip.querySelector("div").textContent = name;
  const { clientWidth: width, clientHeight: height } = tip.parentElement;
  tip.style.left = `${Math.min(x + AWAY, width - tip.offsetWidth)}px`;
  const isRoomy = y + AWAY + tip.offsetHeight < height;
  tip.style.top = `${Math.max(0, isRoomy ? y + AWAY : y - AWAY - tip.offsetHeight)}px`;
}

/** Where an event is on an element, which may be shown enlarged. */
export function besides(element, { clientX, clientY }) {
  const { left, top, width } = element.getBoundingClientRect();
  const ratio = element.offsetWidth / width;
  return [ratio * (clientX - left), ratio * (clientY - top)];
}

/** What point `i` of the plane is: its class, where it lies, and where it is rebuilt. */
export function told({ reals, labels, reconstructions }, names, i) {
  const place = ({ values }) => [...values.slice(2 * i, 2 * i + 2)].map((value) => short(value)).join(", ");
  const rebuilt = reconstructions ? `rebuilt as ${place(reconstructions)}` : "";
  return [names[labels?.values[i]], place(reals), rebuilt].filter(Boolean).join(" · ");
}

/** Let the sample under the pointer be seen in a panel's picture, as it is and rebuilt by the run's last checkpoint. */
export function letPeek(figure, state) {
  const { look, labels } = state.data;
  const [canvas, root] = [figure.querySelector("canvas"), figure.closest(".lab")];
  const tip = root.querySelector(".tip");
  let seen = -1;
  const hide = () => {
    seen = -1;
    tip.style.display = "none";
  };
  canvas.addEventListener("pointermove", (event) => {
    // While something is drawn or dragged nothing stands in its way, and of an earlier step no weights were kept.
    const isFree = !event.buttons && state.at === null;
    const i = isFree ? under(figure.spots ?? [], [event.offsetX, event.offsetY]) : -1;
    if (i === seen) return;
    hide();
    if (i < 0) return;
    seen = i;
    const place = besides(root, event);
    if (look.kind === "dot") return showTip(tip, [], look, HEIGHT, told(state.snapshot.views, labels, i), place);
    const name = labels[state.snapshot.views.labels?.values[i]] ?? "";
    state.peeked = (views, see) => {
      if (see === seen) showTip(tip, held(views), look, HEIGHT, name, place);
    };
    state.peeker ??= new Asker(
      `/probe/${state.data.run}`,
      ({ views }, _, question) => state.peeked(views, question.see),
      hide,
    );
    state.peeker.ask({ see: i, of: "validation" });
  });
  canvas.addEventListener("pointerleave", hide);
}
