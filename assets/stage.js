// The stage: live pictures of one run, fed by its socket, drawn in place without a rerun of the page.

const HEIGHT = 300;
const CURVE_COLOURS = ["#0072B2", "#D55E00", "#009E73"];

/** One panel a view: when it can be drawn, its caption, and how. */
const PANELS = [
  {
    name: "curves", title: "Loss", shown: () => true,
    note: (s) => lossNames(s).map((name, i) => `<i style="background:${CURVE_COLOURS[i]}"></i>${name.replaceAll("_", " ")}`).join("") + " — train, - - held-out",
    draw: (canvas, s) => drawCurves(canvas, lossNames(s).flatMap((name, i) => [name, `test_${name}`].map((key) => ({
      points: s.history.filter((h) => key in h[1]).map((h) => [h[0], h[1][key]]), colour: CURVE_COLOURS[i], dashed: key !== name,
    }))), s.status.steps || s.frame.steps, HEIGHT),
  },
  {
    name: "plane", title: "Data", shown: (views) => views.reals,
    note: (s) => planeLegend(s.frame.views).map(([text, colour]) => `<i class="dot" style="background:${colour}"></i>${text}`).join(""),
    draw: drawPlane,
  },
  {
    name: "codes", title: "Codes", shown: (views) => views.plane,
    note: (s) => (s.frame.views.codes.shape[1] > 2 ? `${s.frame.views.codes.shape[1]} latents, their main plane` : "held-out samples, coloured by label"),
    draw: drawCodes,
  },
  {
    name: "samples", title: "Samples", shown: (views) => views.samples && views.samples.shape.length > 2,
    note: () => "from the same random codes",
    draw: (canvas, s) => drawWall(canvas, s.frame.views.samples, 8, HEIGHT),
  },
  {
    name: "strip", title: "Reconstructions", wide: true, shown: (views) => views.originals && views.originals.shape.length > 2,
    note: () => "held-out samples",
    draw: (canvas, s) => drawRows(canvas, strip(s.frame.views), 44, 3),
  },
];

/** The losses that are plotted: those with a held-out partner. */
function lossNames(s) {
  return Object.keys(s.frame.metrics).filter((name) => name.startsWith("test_") && name.endsWith("loss")).map((name) => name.slice(5));
}

function strip(views) {
  const rows = [{ name: "original", view: views.originals }];
  const damaged = views.corrupted.values.some((value, i) => value !== views.originals.values[i]);
  if (damaged) rows.push({ name: "corrupted", view: views.corrupted });
  return [...rows, { name: "reconstructed", view: views.reconstructions }];
}

function planeLegend(views) {
  const shown = [["real", "#7f7f7f"]];
  if (views.samples) shown.push(["generated", "#D55E00"]);
  if (views.reconstructions) shown.push(["reconstructed", "#0072B2"]);
  if (views.landscape) shown.push(["critic says real", "#E69F00"], ["critic says generated", "#56B4E9"]);
  return shown;
}

function drawPlane(canvas, s) {
  const views = s.frame.views;
  const { context, width, height } = prepare(canvas, HEIGHT);
  const [low, high] = s.frame.value_range;
  const scale = squareScale([low, low], [high, high], width, height);
  if (views.landscape) drawLandscape(context, views.landscape, [low, high], scale);
  if (views.warp) drawWarp(context, views.warp, scale);
  drawDots(context, views.reals.values, scale, 1.5, () => "rgba(127,127,127,0.6)");
  if (views.reconstructions) drawDots(context, views.reconstructions.values, scale, 2, () => "rgba(0,114,178,0.7)");
  if (views.samples) drawDots(context, views.samples.values, scale, 2, () => "rgba(213,94,0,0.75)");
}

function drawCodes(canvas, s) {
  const { plane, labels } = s.frame.views;
  const { context, width, height, ink } = prepare(canvas, HEIGHT);
  const scale = squareScale(...box(plane.values), width, height);
  const colour = (i) => (labels ? s.colours[Number(labels.values[i]) % s.colours.length] : ink);
  drawDots(context, plane.values, scale, 2.5, colour);
  if (!labels || s.labels.length > 12) return;
  // Each class's name at its middle, so that colour is not the only sign.
  context.font = `bold 14px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  s.labels.forEach((name, label) => {
    const members = [...labels.values.keys()].filter((i) => Number(labels.values[i]) === label);
    if (!members.length) return;
    const middle = [0, 1].map((axis) => members.map((i) => plane.values[2 * i + axis]).sort((a, b) => a - b)[members.length >> 1]);
    const place = [scale[0](middle[0]), scale[1](middle[1]) + 5];
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--st-background-color") || "#fff";
    context.fillStyle = ink;
    context.strokeText(name, ...place);
    context.fillText(name, ...place);
  });
}

function time(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function drawReadout(root, s) {
  const { status } = s;
  const text = status.status === "waiting" && status.place ? `waiting, place ${status.place} in the queue` : status.status === "waiting" ? "getting ready" : status.status;
  const step = s.scrubbed ?? status.step;
  const cells = [
    `<span class="pill ${status.status}">${text}</span>`,
    `<span>step <b>${step.toLocaleString("en")}</b> of ${status.steps.toLocaleString("en")}</span>`,
  ];
  if (status.status === "running" && status.rate) cells.push(`<span><b>${Math.round(status.rate).toLocaleString("en")}</b> steps/s</span>`, `<span><b>${time(status.left)}</b> left</span>`);
  else cells.push(`<span>trained for <b>${time(status.seconds)}</b></span>`);
  const metrics = s.frame ? s.frame.metrics : {};
  for (const [key, name] of [["test_mse", "held-out MSE"], ["test_elbo", "held-out ELBO (nats)"], ["test_critic_accuracy", "critic right"]]) {
    if (key in metrics) cells.push(`<span>${name} <b>${key.endsWith("accuracy") ? `${Math.round(100 * metrics[key])} %` : short(metrics[key])}</b></span>`);
  }
  root.querySelector(".readout").innerHTML = cells.join("");
  root.querySelector(".bar div").style.width = `${(100 * step) / status.steps}%`;
  const reason = root.querySelector(".reason");
  reason.hidden = !status.reason;
  reason.textContent = status.reason;
  const scrub = root.querySelector(".scrub");
  scrub.hidden = status.film.length < 2;
  scrub.querySelector("input").max = status.film.length - 1;
  if (s.scrubbed === null) scrub.querySelector("input").value = status.film.length - 1;
  scrub.querySelector("output").textContent = step.toLocaleString("en");
}

function draw(root, s) {
  if (!s.frame || !s.status) return;
  drawReadout(root, s);
  const panels = PANELS.filter((panel) => panel.shown(s.frame.views));
  const grid = root.querySelector(".panels");
  const wanted = panels.map((panel) => panel.name).join(" ");
  if (grid.dataset.panels !== wanted) {
    grid.dataset.panels = wanted;
    grid.style.setProperty("--columns", panels.filter((panel) => !panel.wide).length);
    grid.innerHTML = panels.map((panel) => `<figure class="${panel.wide ? "wide" : ""}" data-panel="${panel.name}"><figcaption>${panel.title}<small></small></figcaption><canvas></canvas></figure>`).join("");
  }
  for (const panel of panels) {
    const figure = grid.querySelector(`[data-panel="${panel.name}"]`);
    const note = panel.note(s);
    if (figure.dataset.note !== note) figure.querySelector("small").innerHTML = figure.dataset.note = note;
    panel.draw(figure.querySelector("canvas"), s);
  }
  // What tests and scripts can read off: the step on screen and how many pictures were drawn.
  root.dataset.step = s.frame.step;
  root.dataset.status = s.status.status;
  root.dataset.frames = Number(root.dataset.frames || 0) + 1;
}

/** What the page's buttons depend on: a run that waits for its turn is as good as running. */
function phase(status) {
  return status === "waiting" ? "running" : status;
}

function connect(root, s, changed) {
  const socket = new WebSocket(socketAddress(`/live/${s.run}`));
  socket.binaryType = "arraybuffer";
  let queued = false;
  const soon = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; draw(root, s); });
  };
  socket.onopen = () => socket.send(JSON.stringify({ rate: s.rate }));
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) {
      s.frame = readFrame(data);
      if (s.scrubbed === null) {
        // A run that lost its worker, or its way, stands at an earlier step again.
        s.history = s.history.filter(([step]) => step < s.frame.step);
        s.history.push([s.frame.step, s.frame.metrics]);
      }
    } else {
      const message = JSON.parse(data);
      if (message.type === "history") s.history = message.points;
      if (message.type === "gone") {
        s.closed = true;
        root.querySelector(".readout").textContent = message.reason;
      }
      if (message.type === "status") {
        const before = s.status ? s.status.status : s.drawn;
        s.status = message;
        if (message.status === "running") s.scrubbed = null;
        root.dataset.status = message.status;
        if (phase(before) !== phase(message.status)) changed(message.status);
        if (before !== message.status && message.status === "running" && socket.readyState === 1) socket.send(JSON.stringify({ rate: s.rate }));
        if (!s.frame) drawReadout(root, s);
      }
    }
    soon();
  };
  // A server that was restarted is there again in a moment; the run goes on being watched.
  socket.onclose = () => { if (!s.closed) s.retry = setTimeout(() => { s.socket = connect(root, s, changed); }, 1000); };
  s.soon = soon;
  return socket;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (root.stage && root.stage.run === data.run) return undefined;
  root.stage?.close();
  root.innerHTML = `
    <div class="readout"><span class="pill">connecting</span></div>
    <div class="bar"><div></div></div>
    <div class="reason" hidden></div>
    <div class="panels"></div>
    <div class="foot">
      <label class="scrub" hidden>Back in time <input type="range" min="0" value="0" step="1"><output></output></label>
      <span class="speed">Pictures a second <select><option>1</option><option selected>4</option><option>10</option><option>20</option></select></span>
    </div>`;
  delete root.dataset.step;
  root.dataset.frames = 0;
  const s = { ...data, history: [], frame: null, status: null, rate: 4, scrubbed: null, closed: false };
  s.socket = connect(root, s, (status) => setTriggerValue("status", status));
  root.querySelector("select").onchange = ({ target }) => {
    s.rate = Number(target.value);
    if (s.socket.readyState === 1) s.socket.send(JSON.stringify({ rate: s.rate }));
  };
  root.querySelector(".scrub input").oninput = ({ target }) => {
    const step = s.status.film[target.value];
    s.scrubbed = Number(target.value) === s.status.film.length - 1 ? null : step;
    s.socket.send(JSON.stringify({ frame: step }));
  };
  const resized = new ResizeObserver(() => s.soon());
  resized.observe(root);
  const keys = (event) => {
    const typing = /input|textarea|select/i.test(event.composedPath()[0].tagName);
    if (event.key === "." && !typing) document.querySelector(".st-key-step button")?.click();
  };
  document.addEventListener("keydown", keys);
  s.close = () => {
    s.closed = true;
    clearTimeout(s.retry);
    s.socket.close();
    resized.disconnect();
    document.removeEventListener("keydown", keys);
  };
  root.stage = s;
  return () => { s.close(); root.stage = null; };
}
