// The hand that decodes: what lies under the pointer, and along the line that it draws.

import { Asker } from "./asker.js";
import { codeAt, drawCross, drawLine, sentBy } from "./cross.js";
import { REEL, Reel } from "./reel.js";
import { evenly, NEAREST } from "./space.js";

// Samples along a path at most, and the least of its length in CSS pixels.
const ALONG = 32;
const SHORTEST = 12;

/** How a place becomes a code. */
function reading({ isExact, latents }) {
  if (isExact) return "What a place of the plane decodes to; drag to draw a path, or use the arrow keys.";
  return (
    `This picture shows ${latents} numbers in two dimensions, so a place stands for no single code: decoded is the ` +
    `mean of the codes of its ${NEAREST} nearest points, the nearer the heavier. Drag to draw a path, or use the ` +
    "arrow keys."
  );
}

export const walk = {
  title: "Decode",
  html: ({ space }) => `<p>${reading(space)}</p>${REEL}<p class="refused" aria-live="polite"></p>`,

  take: (area, kit, kept) => {
    const { space, look, canvas, repaint } = kit;
    // The cross that follows the pointer, and the places of the line that is being drawn or was.
    kept.cross ??= { code: space.placeOf(space.middle), view: null, i: 0 };
    kept.places ??= [];
    let isDrawn = false;
    // The last question.
    let asked = null;
    const isDot = look.kind === "dot";
    const asker = new Asker(
      `/probe/${kit.run}`,
      ({ views }, milliseconds, question) => {
        const isPath = question.decode.length > 1;
        // Another line may have been begun since.
        if (isPath && question !== asked) return;
        if (isPath || isDot) reel.show([{ name: "", view: views.samples }]);
        // The pointer may have gone on to walk since.
        else Object.assign(kept.cross, { view: views.samples, i: 0 });
        canvas.dataset.milliseconds = milliseconds.toFixed(1);
        canvas.dataset.answers = Number(canvas.dataset.answers || 0) + 1;
        repaint();
      },
      (reason) => {
        area.querySelector(".refused").textContent = reason;
      },
    );
    const ask = (places) => {
      asked = { decode: places.map((place) => space.codeAt(place).map((value) => Number(value.toPrecision(6)))) };
      asker.ask(asked);
    };
    const reel = new Reel(area.querySelector(".reel"), kit, (i) => {
      const [{ view }] = reel.rows;
      if (view.shape[0] < 2) return;
      Object.assign(kept.cross, { code: kept.places[i], view: isDot ? null : view, i });
      repaint();
    });
    const move = (place) => {
      kept.cross.code = place;
      ask([place]);
      repaint();
    };
    const listen = (event) => {
      const place = sentBy(event, kept.cross, canvas);
      if (place) move(place);
    };
    canvas.addEventListener("keydown", listen);
    ask(kept.places.length ? kept.places : [kept.cross.code]);
    return {
      draw: (sheet, scale) => {
        if (kept.places.length) drawLine(sheet.context, kept.places, scale);
        drawCross(sheet, kept.cross, look, scale);
      },
      down: (event) => {
        canvas.setPointerCapture(event.pointerId);
        isDrawn = true;
        kept.places = [codeAt(kept.cross, event)];
        reel.hide();
        move(kept.places[0]);
      },
      move: (event) => {
        const place = codeAt(kept.cross, event);
        if (isDrawn) kept.places.push(place);
        // Beside a path that is looked at, the pointer only passes.
        if (isDrawn || !kept.places.length) move(place);
      },
      up: () => {
        if (!isDrawn) return;
        isDrawn = false;
        const [x, y] = kept.cross.scale;
        const reaches = kept.places.some((place) => {
          const [first] = kept.places;
          return Math.hypot(x(place[0]) - x(first[0]), y(place[1]) - y(first[1])) > SHORTEST;
        });
        kept.places = reaches ? evenly(kept.places, Math.min(ALONG, kit.most)) : [];
        if (reaches) ask(kept.places);
        repaint();
      },
      close: () => {
        canvas.removeEventListener("keydown", listen);
        reel.close();
        asker.close();
      },
    };
  },
};
