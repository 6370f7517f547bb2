// Numbers, times and names as they are written on a page, and the dots of legends.

// The most digits of a number on an axis.
const DIGITS = 9;

/** A number as short as it can be read, with so many `digits`. */
export function short(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 10 ** (digits - 1) ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return (size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 2) : text).replaceAll("-", "−");
}

/** The numbers of an axis with as few digits as say where they are, to a twentieth of the step between two. */
export function onAxis(numbers) {
  const off = (numbers[1] - numbers[0]) / 20;
  const isFar = (text, k) => Math.abs(Number(text.replaceAll("−", "-")) - numbers[k]) > off;
  for (let digits = 3; ; digits++) {
    const texts = numbers.map((number) => short(number, digits));
    if (digits === DIGITS || !texts.some(isFar)) return texts;
  }
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
