// The stage: live pictures of one run, fed by its socket, drawn in place without a rerun of the page.

const HEIGHT = 300;
// The Okabe–Ito palette, its darker shades on light pages and its lighter ones on dark pages.
const CURVE_COLOURS = { light: ["#0072B2", "#D55E00", "#009E73"], dark: ["#56B4E9", "#E69F00", "#2BC79A"] };
// Pictures are taken in at a glance, all else is read one by one; half as many stand beside as many real ones.
const WALL = {
  picture: { columns: 8, beside: 4, most: 64 },
  curve: { columns: 3, beside: 2, most: 24 },
  text: { columns: 2, beside: 1, most: 24 },
  sound: { columns: 3, beside: 2, most: 24 },
};

/** One panel a view: when it can be drawn, its caption, and how. */
const PANELS = [
  {
    name: "curves", title: () => "Progress", shown: () => true,
    note: (s, canvas) => plotted(s, canvas).map(({ name, colour }) => `<span><i style="background:${colour}"></i>${words(name)}</span> `).join("") + " <span>— train, - - held-out</span>",
    text: (s) => s.reading.text,
    draw: (canvas, s) => drawCurves(canvas, plotted(s, canvas).flatMap(({ name, colour, width }) => [name, `test_${name}`].map((key) => ({
      points: s.history.filter((h) => key in h[1]).map((h) => [h[0], h[1][key]]), colour, width, dashed: key !== name,
    }))).reverse(), reach(s), HEIGHT),
  },
  {
    name: "plane", title: () => "Data", shown: (views, s) => s.look.kind === "dot" && views.reals,
    note: (s) => planeLegend(s.frame.views).map(([text, colour]) => `<span><i class="dot" style="background:${colour}"></i>${text}</span> `).join(""),
    draw: drawPlane,
  },
  {
    name: "codes", title: (s) => s.codes, shown: (views) => views.plane,
    note: (s) => {
      const size = s.frame.views.codes.shape[1];
      const what = size > 2 ? `${size} numbers a sample, their main plane` : "held-out samples";
      return what + (s.frame.views.labels ? legend(s) : "");
    },
    draw: (canvas, s) => drawGroups(canvas, s, s.frame.views.labels, s.labels),
  },
  {
    name: "clusters", title: () => "Clusters", shown: (views) => views.assignments && views.plane,
    note: (s) => `the same samples, coloured by the model's own choice: ${new Set(s.frame.views.assignments.values).size} clusters in use`,
    draw: (canvas, s) => drawGroups(canvas, s, s.frame.views.assignments, clusterNames(s.frame.views.assignments)),
  },
  {
    name: "trajectory", title: () => "Hidden state over time", shown: (views) => views.trajectory,
    note: () => "each line a sequence, from first step to the dot at its last",
    draw: drawTrajectory,
  },
  {
    name: "samples", title: () => "Samples", shown: (views, s) => views.samples && s.look.kind !== "dot",
    note: (s) => `${s.frame.views.reals ? "left: generated, from the same noise each time; right: real" : "from the same random codes each time"}. ${s.look.hint}`,
    draw: drawSamples,
  },
  {
    name: "strip", title: () => "Reconstructions", wide: true, shown: (views, s) => views.originals && s.look.kind !== "dot",
    note: (s) => `held-out samples. ${s.look.hint}`,
    draw: (canvas, s) => present(canvas, drawRows(canvas, strip(s.frame.views), s.look, 44, 3), s.look, s.soon),
  },
];

/** What the run is read by: the curves that its model names, the one that means most first. */
function plotted(s, canvas) {
  const colours = CURVE_COLOURS[isDark(canvas) ? "dark" : "light"];
  return s.reading.curves.map((name, i) => ({ name, colour: colours[i], width: i ? 1.3 : 2.4 }));
}

/** Where the axis of steps ends: with the run, or before, while a long run has just begun and its curves would be a line. */
function reach(s) {
  const last = Math.max(32, ...s.history.slice(-1).map(([step]) => step));
  return Math.min(s.status.steps || s.frame.steps, 2 ** Math.ceil(Math.log2(8 * last)));
}

/** Whether names are so few and short that they can stand among the points. */
function areMarks(names) {
  return names.length <= 12 && names.every((name) => name.length <= 2);
}

/** What colours mean where there are labels: each class beside its colour, unless its name stands among the points. */
function legend(s) {
  if (areMarks(s.labels)) return ", coloured by class";
  if (s.labels.length > 12) return `, coloured by class, ${s.labels.length} classes in ${s.colours.length} colours`;
  return s.labels.map((name, i) => `<span><i class="dot" style="background:${s.colours[i % s.colours.length]}"></i>${escaped(name)}</span> `).join("");
}

function words(name) {
  return name.replaceAll("_", " ");
}

function clusterNames(view) {
  return Array.from({ length: Math.max(...[...view.values].map(Number)) + 1 }, (_, i) => String(i + 1));
}

function strip(views) {
  const rows = [{ name: "original", view: views.originals }];
  const damaged = views.corrupted.values.some((value, i) => value !== views.originals.values[i]);
  if (damaged) rows.push({ name: "corrupted", view: views.corrupted });
  return [...rows, { name: "reconstructed", view: views.reconstructions }];
}

function drawSamples(canvas, s) {
  const { samples, reals } = s.frame.views;
  const { context, width, height } = prepare(canvas, HEIGHT);
  const { columns, beside, most } = WALL[s.look.kind];
  const half = width / 2 - 6;
  const tiles = reals
    ? [
        ...drawWall(context, samples, s.look, beside, [0, 0, half, height], most / 2).map((tile) => ({ ...tile, name: "generated" })),
        ...drawWall(context, reals, s.look, beside, [half + 12, 0, half, height], most / 2).map((tile) => ({ ...tile, name: "real" })),
      ]
    : drawWall(context, samples, s.look, columns, [0, 0, width, height], most);
  if (reals) drawGround(context, [width / 2 - 0.5, 0, 1, height], 0.4);
  present(canvas, tiles, s.look, s.soon);
}

function drawTrajectory(canvas, s) {
  const { trajectory, labels } = s.frame.views;
  const { context, width, height, ink } = prepare(canvas, HEIGHT);
  const scale = squareScale(...box(trajectory.values), width, height);
  drawPaths(context, trajectory, scale, (i) => (labels ? s.colours[Number(labels.values[i]) % s.colours.length] : ink));
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

/** The codes' plane, coloured by `groups` (N,), with the groups' names where they are few. */
function drawGroups(canvas, s, groups, names) {
  const { plane } = s.frame.views;
  const { context, width, height, ink } = prepare(canvas, HEIGHT);
  const scale = squareScale(...box(plane.values), width, height);
  const colour = (i) => (groups ? s.colours[Number(groups.values[i]) % s.colours.length] : ink);
  drawDots(context, plane.values, scale, 2.5, colour);
  if (!groups || !areMarks(names)) return;
  // Each group's name at its middle, so that colour is not the only sign.
  context.font = `bold 14px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  names.forEach((name, group) => {
    const members = [...groups.values.keys()].filter((i) => Number(groups.values[i]) === group);
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

// Held-out numbers worth a place on top.
const READ_OUT = [["test_mse", "held-out MSE"], ["test_elbo", "held-out ELBO (nats)"], ["test_critic_accuracy", "critic right"], ["test_distance", "critic's distance"]];

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
  for (const [key, name] of READ_OUT) {
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
  // A picture may still be queued when the page is left.
  if (!s.frame || !s.status || !root.isConnected) return;
  drawReadout(root, s);
  // A run whose data are gone shows why, and no pictures that nobody knows how to draw.
  const panels = s.look.kind === "none" ? [] : PANELS.filter((panel) => panel.shown(s.frame.views, s));
  const grid = root.querySelector(".panels");
  const wanted = panels.map((panel) => panel.name).join(" ");
  if (grid.dataset.panels !== wanted) {
    grid.dataset.panels = wanted;
    const narrow = panels.filter((panel) => !panel.wide).length;
    // Four fit better two by two than in a row, and more than four three by three.
    grid.style.setProperty("--columns", narrow === 4 ? 2 : Math.min(narrow, 3));
    grid.innerHTML = panels.map((panel) => `<figure class="${panel.wide ? "wide" : ""}" data-panel="${panel.name}"><figcaption>${panel.title(s)}<small></small></figcaption><canvas></canvas>${panel.text ? `<p>${panel.text(s)}</p>` : ""}</figure>`).join("");
  }
  for (const panel of panels) {
    const figure = grid.querySelector(`[data-panel="${panel.name}"]`);
    const canvas = figure.querySelector("canvas");
    const note = panel.note(s, canvas);
    if (figure.dataset.note !== note) figure.querySelector("small").innerHTML = figure.dataset.note = note;
    panel.draw(canvas, s);
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
