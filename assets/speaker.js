// The loudspeaker: waveforms are heard one at a time on the whole page.

import { share } from "./snapshot.js";

/** What is heard now, and on which canvas; all components of a page share it. */
export const speaker = { context: null, playing: null, stop: () => {} };
// Seconds in which a sound comes and goes: a sudden edge would be heard as a click.
const FADE = 0.005;
// Rates in Hz that every browser takes; any other is reached by playing faster or slower.
const [SLOWEST, FASTEST] = [8000, 96000];

/** The amplitudes of sound `i` of a view, from −1 to 1. */
export function amplitudes(view, i) {
  const size = view.values.length / view.shape[0];
  return Float32Array.from(view.values.subarray(i * size, (i + 1) * size), (value) => 2 * share(view, value) - 1);
}

/** Play `values` at `rate` Hz in place of what is heard now; `over` is told when they end or are cut short. */
export function play(values, rate, over) {
  speaker.stop();
  speaker.context ??= new AudioContext();
  const { context } = speaker;
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
