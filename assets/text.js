// Numbers, times and names as they are written on a page, and the dots of legends.

/** A number as short as it can be read. */
export function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return (size >= 1e5 || size < 1e-3 ? value.toExponential(1) : text).replaceAll("-", "−");
}

/** Seconds as a time of training. */
export function time(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A dot of a legend. */
export function dot(colour) {
  return `<i class="dot" style="background:${colour}"></i>`;
}

/** Text that came from somebody's file, to be set inside HTML. */
export function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
