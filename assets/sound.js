// Sound: waveforms that are played when they are clicked, one at a time on the whole page.

// The components of a page are scripts of their own; they share one loudspeaker.
const speaker = (window.latentLabSpeaker ??= { context: null, playing: null, stop: () => {} });
// Seconds in which a sound comes and goes: a sudden edge would be heard as a click.
const FADE = 0.005;
// Rates in Hz that every browser takes; any other is reached by playing faster or slower.
const [SLOWEST, FASTEST] = [8000, 96000];

/** The amplitudes of sound `i` of a view, from −1 to 1. */
function amplitudes(view, i) {
  const size = view.values.length / view.shape[0];
  return Float32Array.from(view.values.subarray(i * size, (i + 1) * size), (value) => 2 * share(view, value) - 1);
}

/** Play `values` at `rate` Hz in place of what is heard now; `over` is told when they end or are cut short. */
function play(values, rate, over) {
  speaker.stop();
  const context = (speaker.context ??= new AudioContext());
  context.resume();
  const rateOfBuffer = Math.max(SLOWEST, Math.min(FASTEST, rate));
  const buffer = context.createBuffer(1, values.length, rateOfBuffer);
  buffer.copyToChannel(values, 0);
  const [source, volume] = [context.createBufferSource(), context.createGain()];
  source.buffer = buffer;
  source.playbackRate.value = rate / rateOfBuffer;
  source.connect(volume).connect(context.destination);
  const [begin, end] = [context.currentTime, context.currentTime + values.length / rate];
  const fade = Math.min(FADE, (end - begin) / 2);
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(1, begin + fade);
  volume.gain.setValueAtTime(1, end - fade);
  volume.gain.linearRampToValueAtTime(0, end);
  source.onended = over;
  source.start(begin);
  speaker.stop = () => {
    volume.gain.cancelScheduledValues(0);
    volume.gain.setTargetAtTime(0, context.currentTime, FADE / 3);
    source.stop(context.currentTime + FADE);
  };
}

/** Let the tiles of a canvas be heard: by a click, or by the arrow keys and Enter. */
function presentSounds(canvas, tiles, look, repaint) {
  const heard = (canvas.heard ??= hear(canvas));
  Object.assign(heard, { tiles, look, repaint });
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const [colour, ground] = ["--st-primary-color", "--st-background-color"].map((name) => style.getPropertyValue(name));
  tiles.forEach(({ box: [x, y, width, height] }, i) => {
    const isPlaying = speaker.playing?.canvas === canvas && speaker.playing.i === i;
    context.save();
    context.fillStyle = context.strokeStyle = colour;
    if (isPlaying || i === heard.chosen) {
      drawGround(context, tiles[i].box, isPlaying ? 0.3 : 0.12);
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    }
    context.fillStyle = ground;
    context.fillRect(x, y, 15, 15);
    context.fillStyle = colour;
    context.beginPath();
    [[3, 3], [12, 7.5], [3, 12]].forEach(([right, down]) => context.lineTo(x + right, y + down));
    context.fill();
    context.restore();
  });
  canvas.setAttribute("aria-label", told(heard));
}

/** What is said of a canvas that can be heard. */
function told({ tiles, chosen }) {
  const which = tiles[chosen] ? `, ${[`${tiles[chosen].i + 1} chosen`, tiles[chosen].name].filter(Boolean).join(", ")}` : "";
  return `${tiles.length} sounds${which}: arrow keys choose one, Enter plays it`;
}

/** Listen to pointer and keys on a canvas; its tiles come with every painting. */
function hear(canvas) {
  const heard = { tiles: [], chosen: -1 };
  const choose = (i) => {
    if (i === heard.chosen) return;
    heard.chosen = i;
    heard.repaint();
  };
  const sound = (i) => {
    const { view, i: which } = heard.tiles[i];
    const mine = { canvas, i };
    const root = canvas.closest(".lab");
    root.dataset.played = Number(root.dataset.played || 0) + 1;
    play(amplitudes(view, which), heard.look.rate, () => {
      // Another may be heard by now.
      if (speaker.playing === mine) speaker.playing = null;
      heard.repaint();
    });
    speaker.playing = mine;
    heard.repaint();
  };
  const under = ({ offsetX, offsetY }) => heard.tiles.findIndex(({ box: [x, y, width, height] }) => offsetX >= x && offsetX < x + width && offsetY >= y && offsetY < y + height);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.onpointermove = (event) => {
    const i = under(event);
    canvas.style.cursor = i < 0 ? "default" : "pointer";
    choose(i);
  };
  canvas.onpointerleave = () => choose(-1);
  canvas.onclick = (event) => under(event) >= 0 && sound(under(event));
  canvas.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) choose(heard.chosen < 0 ? 0 : beside(heard.tiles, heard.chosen, way));
    else if (event.key === "Enter" && heard.chosen >= 0) sound(heard.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return heard;
}

/** The tile nearest to tile `from` in one of the four directions, or `from` itself at the edge. */
function beside(tiles, from, [dx, dy]) {
  const middle = ({ box: [x, y, width, height] }) => [x + width / 2, y + height / 2];
  const [x, y] = middle(tiles[from]);
  let [best, found] = [Infinity, from];
  tiles.forEach((tile, i) => {
    const [right, down] = [middle(tile)[0] - x, middle(tile)[1] - y];
    const ahead = right * dx + down * dy;
    // What lies straight ahead comes before what is nearer but aside.
    const distance = ahead + 10 * Math.abs(right * dy - down * dx);
    if (ahead > 1 && distance < best) [best, found] = [distance, i];
  });
  return found;
}
