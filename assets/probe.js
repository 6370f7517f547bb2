// The probe: sliders whose pictures change while they are dragged, answered by the run's model over a socket.

/** One question at a time: while an answer is under way only the newest next question is kept. */
class Asker {
  constructor(path, answered, refused) {
    this.waiting = null;
    this.busy = false;
    this.path = path;
    this.answered = answered;
    this.refused = refused;
    this.connect();
  }
  connect() {
    this.socket = new WebSocket(socketAddress(this.path));
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.flush();
    this.socket.onmessage = ({ data }) => {
      this.busy = false;
      if (data instanceof ArrayBuffer) this.answered(readFrame(data), performance.now() - this.asked);
      else this.refused(JSON.parse(data).reason);
      this.flush();
    };
    this.socket.onclose = () => {
      this.busy = false;
      if (!this.closed) this.retry = setTimeout(() => this.connect(), 1000);
    };
  }
  ask(question) {
    this.waiting = question;
    this.flush();
  }
  flush() {
    if (this.busy || !this.waiting || this.socket.readyState !== 1) return;
    this.busy = true;
    this.asked = performance.now();
    this.socket.send(JSON.stringify(this.waiting));
    this.waiting = null;
  }
  close() {
    this.closed = true;
    clearTimeout(this.retry);
    this.socket.close();
  }
}

/** One slider a latent; the sample that this code decodes to. */
const decoder = {
  html: (data) => `<div class="side"><div>${data.latents.map((latent, i) => `<label>latent ${latent + 1}<input type="range" min="${data.low[i]}" max="${data.high[i]}" step="any" value="${data.start[latent]}" data-latent="${latent}"><output></output></label>`).join("")}</div><figure><figcaption>Decoded<small></small></figcaption><canvas></canvas></figure></div>`,
  question: (root, data) => {
    const code = [...data.start];
    root.querySelectorAll("input").forEach((input) => {
      code[input.dataset.latent] = Number(input.value);
      input.nextElementSibling.textContent = short(Number(input.value));
    });
    return { decode: [code] };
  },
  draw: (root, frame, data, repaint) => {
    const canvas = root.querySelector("canvas");
    const view = frame.views.samples;
    const isDot = data.look.kind === "dot";
    const { context, width, height } = prepare(canvas, isDot ? 158 : Math.min(158, canvas.clientWidth / aspect(view, data.look)));
    if (!isDot) return present(canvas, drawWall(context, view, data.look, 1, [0, 0, width, height]), data.look, repaint);
    const [low, high] = frame.value_range;
    const scale = squareScale([low, low], [high, high], width, height);
    drawDots(context, frame.views.reals.values, scale, 1, () => "rgba(127,127,127,0.5)");
    drawDots(context, view.values, scale, 5, () => "#D55E00");
    return undefined;
  },
};

/** Kind and amount of noise; what the model makes of the damaged samples. */
const repairer = {
  html: (data) => `<div class="foot"><span>Noise <select>${data.kinds.map((kind) => `<option ${kind === data.noise ? "selected" : ""}>${kind}</option>`).join("")}</select></span><label>Level<input type="range" min="0" max="1" step="0.01" value="${data.level}"><output></output></label></div><figure class="wide"><figcaption>Repaired live<small></small></figcaption><canvas></canvas></figure>`,
  question: (root) => {
    const input = root.querySelector("input");
    input.nextElementSibling.textContent = short(Number(input.value));
    return { noise: root.querySelector("select").value, level: Number(input.value) };
  },
  draw: (root, frame, data, repaint) => {
    const canvas = root.querySelector("canvas");
    const rows = [["original", "originals"], ["corrupted", "corrupted"], ["repaired", "reconstructions"]];
    root.querySelector("small").textContent = `MSE against the original: corrupted ${short(frame.metrics.corrupted_mse)}, repaired ${short(frame.metrics.reconstructions_mse)}`;
    if (data.look.kind !== "dot") return present(canvas, drawRows(canvas, rows.map(([name, key]) => ({ name, view: frame.views[key] })), data.look, 52, 4), data.look, repaint);
    root.querySelector("small").textContent += " (grey: original, orange: corrupted, blue: repaired)";
    const { context, width, height } = prepare(canvas, 300);
    const [low, high] = frame.value_range;
    const scale = squareScale([low, low], [high, high], width, height);
    rows.forEach(([, key], i) => drawDots(context, frame.views[key].values, scale, 4, () => ["#7f7f7f", data.colours[1], data.colours[0]][i]));
    return undefined;
  },
};

const KINDS = { decode: decoder, noise: repairer };

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const identity = JSON.stringify(data);
  if (root.dataset.identity === identity) return undefined;
  root.dataset.identity = identity;
  root.asker?.close();
  const kind = KINDS[data.kind];
  root.innerHTML = kind.html(data);
  const paint = (frame) => kind.draw(root, frame, data, () => paint(frame));
  const answered = (frame, milliseconds) => {
    paint(frame);
    root.dataset.answers = Number(root.dataset.answers || 0) + 1;
    root.dataset.milliseconds = milliseconds.toFixed(1);
  };
  root.asker = new Asker(`/probe/${data.run}`, answered, (reason) => { root.querySelector("small").textContent = reason; });
  const ask = () => root.asker.ask(kind.question(root, data));
  root.querySelectorAll("input, select").forEach((widget) => { widget.oninput = ask; });
  ask();
  return () => { root.asker.close(); delete root.dataset.identity; };
}
