// What the pointer does among codes: it selects, decodes, goes from one to another, or draws a sample of its own.

import { between } from "./hand_between.js";
import { draw } from "./hand_draw.js";
import { walk } from "./hand_walk.js";

const TOOLS = { walk, between, draw };

/** What is kept of hands while the page is drawn anew: of another run nothing, in another picture no place. */
function keptOf(root, { run, plane }) {
  if (root.hands?.run !== run) root.hands = { run, tool: "", plane };
  if (root.hands.plane !== plane) Object.assign(root.hands, { plane, walk: undefined });
  return root.hands;
}

export class Hands {
  /**
   * On a cloud: buttons on `bar`, what belongs to the one that is pressed on `area`. The `kit` is what tools work with:
   * { run, prior, decodes, most, plane, space, look, samples, names, groups, canvas, nearest, repaint, resize }.
   */
  constructor(root, bar, area, tools, kit) {
    Object.assign(this, { area, kit, hand: null, kept: keptOf(root, kit) });
    const titles = [["", "Select"], ...tools.map((tool) => [tool, TOOLS[tool].title])];
    bar.innerHTML = titles
      .map(([tool, title]) => `<button type="button" data-tool="${tool}">${title}</button>`)
      .join("");
    this.buttons = [...bar.children];
    for (const button of this.buttons) {
      button.onclick = () => {
        this.use(button.dataset.tool);
        // What a hand does and what comes of it are seen together.
        root.scrollIntoView({ block: "nearest" });
      };
    }
    this.use(tools.includes(this.kept.tool) ? this.kept.tool : "");
  }

  use(tool) {
    this.hand?.close();
    this.kept.tool = tool;
    for (const button of this.buttons) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    this.area.innerHTML = tool ? TOOLS[tool].html(this.kit) : "";
    this.kept[tool] ??= {};
    this.hand = tool ? TOOLS[tool].take(this.area, this.kit, this.kept[tool]) : null;
    // A finger that walks does not scroll.
    this.kit.canvas.classList.toggle("walked", tool === "walk");
    this.kit.resize();
  }

  /** Whether points are selected, and not something else done. */
  get isSelecting() {
    return !this.hand;
  }

  /** Let the tool have an event of the pointer, called "down", "move", "up" or "click"; whether it minds those. */
  takes(kind, event) {
    this.hand?.[kind]?.(event);
    return Boolean(this.hand?.[kind]);
  }

  draw(sheet, scale) {
    this.hand?.draw(sheet, scale);
  }

  close() {
    this.hand?.close();
  }
}
