// The hand that goes from one sample to another: straight, and around the middle.

import { Asker } from "./asker.js";
import { drawCross, drawLine } from "./cross.js";
import { REEL, Reel } from "./reel.js";
import { spherical, straight } from "./space.js";

// Samples on each of the two ways at most.
const ALONG = 24;
const DASH = [6, 5];

/** What the two ways are. */
function reading({ prior }) {
  const around = prior ? "0, the middle of the prior" : "the mean of all codes";
  return (
    "Click two points, or write their numbers. The straight way (solid) mixes their codes; the spherical one " +
    `(dashed) turns around ${around}, and stays as far out as they are.`
  );
}

export const between = {
  title: "Between two",
  html: (kit) => {
    const field = (name, text) =>
      `<label>${text} <input name="${name}" type="number" min="1" max="${kit.samples.shape[0]}" step="1"></label>`;
    return (
      `<p>${reading(kit)}</p><div class="ends">${field("from", "From sample")}${field("to", "to sample")}</div>` +
      `${REEL}<p class="refused" aria-live="polite"></p>`
    );
  },

  take: (area, kit, kept) => {
    const { space, look, groups, repaint } = kit;
    const along = Math.min(ALONG, Math.floor(kit.most / 2));
    const other = groups.findIndex((group) => group !== groups[0]);
    kept.ends ??= [0, Math.max(1, other)];
    kept.next ??= 0;
    let [ways, crosses] = [[], []];
    const asker = new Asker(
      `/probe/${kit.run}`,
      ({ views: { samples } }) => {
        const size = samples.values.length / 2;
        const half = (k) => {
          const values = samples.values.subarray(k * size, (k + 1) * size);
          return { ...samples, shape: [along, ...samples.shape.slice(1)], values };
        };
        reel.show([
          { name: "straight", view: half(0) },
          { name: "spherical", view: half(1) },
        ]);
      },
      (reason) => {
        area.querySelector(".refused").textContent = reason;
      },
    );
    const reel = new Reel(area.querySelector(".reel"), kit, (i) => {
      crosses = ways.map((way) => ({ code: way[i], view: null }));
      repaint();
    });
    const fields = area.querySelectorAll("input[type=number]");
    const go = () => {
      const [from, to] = kept.ends.map((i) => space.code(i));
      const centre = kit.prior ? from.map(() => 0) : space.middle;
      const codes = [straight(from, to, along), spherical(from, to, along, centre)];
      ways = codes.map((way) => way.map((code) => space.placeOf(code)));
      crosses = [];
      fields.forEach((field, k) => {
        field.value = kept.ends[k] + 1;
      });
      asker.ask({ decode: codes.flat().map((code) => code.map((value) => Number(value.toPrecision(6)))) });
      repaint();
    };
    fields.forEach((field, k) => {
      field.onchange = () => {
        const wanted = Math.round(Number(field.value)) - 1;
        if (wanted >= 0 && wanted < kit.samples.shape[0]) kept.ends[k] = wanted;
        go();
      };
    });
    go();
    return {
      draw: (sheet, scale) => {
        ways.forEach((way, k) => {
          drawLine(sheet.context, way, scale, k ? DASH : []);
        });
        for (const cross of crosses) drawCross(sheet, cross, look, scale);
      },
      click: (event) => {
        const found = kit.nearest(event);
        if (found < 0) return;
        kept.ends[kept.next] = found;
        kept.next = 1 - kept.next;
        go();
      },
      close: () => {
        reel.close();
        asker.close();
      },
    };
  },
};
