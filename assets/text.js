// Numbers, times and names as they are written on a page, and the dots of legends.

// The most digits of a number on an axis.
const DIGITS = 9;
const RAISED = Object.fromEntries([..."-0123456789"].map((sign, i) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

/** A number as people write it: "-1.5e-05" is "−1.5 × 10⁻⁵". */
export function readable(number) {
  const [digits, power] = number.split("e");
  const raised = power ? ` × 10${[...String(Number(power))].map((sign) => RAISED[sign]).join("")}` : "";
  return digits.replaceAll("-", "−") + raised;
}

/** A number in as few characters as hold so many `digits`, as JavaScript reads it. */
function brief(value, digits) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(digits - 1).replace(/\.?0*e/, "e");
  return size >= 10 ** (digits - 1) ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
}

/** A number as short as it can be read, with so many `digits`; "1 × 10⁻⁵" is "10⁻⁵". */
export function short(value, digits = 3) {
  return readable(brief(value, digits)).replace(/^(−?)1 × /, "$1");
}

/** The numbers of an axis with as few digits as say where they are, to a twentieth of the step between two. */
export function onAxis(numbers) {
  const off = (numbers[1] - numbers[0]) / 20;
  const isNear = (digits) => numbers.every((number) => Math.abs(Number(brief(number, digits)) - number) <= off);
  let digits = 3;
  while (digits < DIGITS && !isNear(digits)) digits++;
  return numbers.map((number) => short(number, digits));
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
