// The cloud: points in two or three dimensions, coloured by label; hovering one shows the sample behind it.

// The most classes that the legend names, and the height in pixels of the sample under the pointer.
const NAMED = 25;
const TIP = 84;

/** Points (N, 3) turned by two angles, as (N, 2) and a depth each. */
function turn(values, yaw, pitch) {
  const flat = new Float32Array((values.length / 3) * 2);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  for (let i = 0; 3 * i < values.length; i++) {
    const [x, y, z] = [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
    flat[2 * i] = cy * x + sy * z;
    flat[2 * i + 1] = cp * y - sp * (cy * z - sy * x);
  }
  return flat;
}

/** Points around their middle, so that they turn on the spot. */
function centre(values, dimensions) {
  const middle = new Float64Array(dimensions);
  values.forEach((value, i) => { middle[i % dimensions] += (value * dimensions) / values.length; });
  return values.map((value, i) => value - middle[i % dimensions]);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const colour = (label) => data.colours[label % data.colours.length];
  root.innerHTML = `<div class="plot"><canvas class="points"></canvas><div class="tip"><canvas></canvas><div></div></div></div><div class="legend"></div>`;
  const legend = root.querySelector(".legend");
  data.names.slice(0, NAMED).forEach((name, i) => {
    const entry = document.createElement("span");
    entry.innerHTML = `<i style="background:${colour(i)}"></i>`;
    entry.append(name);
    legend.append(entry);
  });
  const unnamed = data.names.length > NAMED ? `and ${data.names.length - NAMED} more, ` : "";
  if (data.names.length > data.colours.length) legend.append(`${unnamed}${data.names.length} classes in ${data.colours.length} colours`);
  const values = centre(unpack(data.points, Float32Array), data.dimensions);
  const labels = unpack(data.labels, Uint8Array);
  const [isDot, isSound] = [data.look.kind === "dot", data.look.kind === "sound"];
  const samples = { values: unpack(data.samples, isDot ? Float32Array : Uint8Array), shape: data.shape, range: BYTES };
  const [canvas, tip] = [root.querySelector(".points"), root.querySelector(".tip")];
  let [yaw, pitch, held, turned, flat, scale] = [0.6, 0.4, null, false, values, null];

  const paint = () => {
    const { context, width, height } = prepare(canvas, 460);
    flat = data.dimensions === 3 ? turn(values, yaw, pitch) : values;
    scale = squareScale(...box(flat), width, height);
    context.globalAlpha = 0.85;
    drawDots(context, flat, scale, 3.5, (i) => colour(labels[i]));
    root.dataset.points = flat.length / 2;
  };
  const nearest = (x, y) => {
    let [best, found] = [144, -1];
    for (let i = 0; 2 * i < flat.length; i++) {
      const distance = (scale[0](flat[2 * i]) - x) ** 2 + (scale[1](flat[2 * i + 1]) - y) ** 2;
      if (distance < best) [best, found] = [distance, i];
    }
    return found;
  };
  const show = (event) => {
    const i = nearest(event.offsetX, event.offsetY);
    tip.style.display = i < 0 ? "none" : "block";
    if (i < 0) return;
    const sheet = tip.querySelector("canvas");
    // Of very large samples only the first came along.
    const isThere = i < samples.shape[0];
    sheet.style.display = isDot || !isThere ? "none" : "block";
    if (!isDot && isThere) {
      const ratio = aspect(samples, data.look);
      sheet.style.width = `${Math.max(1, Math.min(2, ratio)) * TIP}px`;
      const { context, width, height } = prepare(sheet, Math.min(TIP, sheet.clientWidth / ratio));
      drawSample(context, samples, i, data.look, [0, 0, width, height]);
    }
    const numbers = isDot ? [...samples.values.slice(2 * i, 2 * i + 2)].map(short).join(", ") : "";
    const wish = !isThere ? "too large to be shown here" : isSound ? "click to hear" : "";
    tip.querySelector("div").textContent = [data.names[labels[i]], numbers, wish].filter(Boolean).join(" · ");
    tip.style.left = `${Math.min(event.offsetX + 14, canvas.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${event.offsetY + 14}px`;
    root.dataset.hovered = i;
  };
  canvas.onpointermove = (event) => {
    if (!held || data.dimensions < 3) return show(event);
    yaw += (event.clientX - held[0]) / 120;
    pitch += (event.clientY - held[1]) / 120;
    held = [event.clientX, event.clientY];
    turned = true;
    return paint();
  };
  canvas.onpointerdown = (event) => { held = [event.clientX, event.clientY]; turned = false; canvas.setPointerCapture(event.pointerId); tip.style.display = "none"; };
  canvas.onpointerup = () => { held = null; };
  canvas.onclick = (event) => {
    const i = nearest(event.offsetX, event.offsetY);
    if (isSound && i >= 0 && i < samples.shape[0] && !turned) play(amplitudes(samples, i), data.look.rate, () => {});
  };
  canvas.onpointerleave = () => { tip.style.display = "none"; };
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => resized.disconnect();
}
