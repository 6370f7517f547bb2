// Metrics as people read them; core/metrics.py writes them in the same way.

import { readable } from "./text.js";

/** What `write` gives with so many digits, except that halves go to the even digit, as in Python. */
function halfToEven(write, digits) {
  // A hundred digits hold every half exactly.
  const [exact, exponent = ""] = write(100).split(/(?=e)/);
  const end = exact.indexOf(".") + (digits && digits + 1);
  const [kept, rest] = [exact.slice(0, end), exact.slice(end)];
  return /[02468]$/.test(kept) && /^\.?50*$/.test(rest) ? kept + exponent : write(digits);
}

/** Python's ".4f": so many digits after the point. */
function fixed(value, digits) {
  return halfToEven((count) => value.toFixed(count), digits);
}

/** Python's ".3g": so many digits that count, no zeros at the end, very large and very small numbers with a power. */
function general(value, digits) {
  const [mantissa, exponent] = halfToEven((count) => value.toExponential(count), digits - 1).split("e");
  const power = Number(exponent);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return bare(fixed(value, digits - 1 - power));
  return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

// From here on a number is written with a power: what ran away has no digits after the point.
const IMMENSE = 1e7;

const FORMATS = { f: fixed, g: general };
/** A metric's value with its unit: "24.1 nats", "93 %". */
export function measured(metric, value) {
  const [, digits, kind] = metric.format.match(/^\.(\d+)([fg])$/);
  const write = FORMATS[kind];
  const shown = metric.unit === "%" ? 100 * value : value;
  let number = Math.abs(shown) < IMMENSE ? write(shown, Number(digits)) : general(shown, 4);
  if (Number(number) === 0) {
    // What rounds to nothing has no sign, and is less than what the last digit counts.
    number = value > 0 ? `< ${write(10 ** -digits, Number(digits))}` : number.replace("-", "");
  }
  return `${readable(number)} ${metric.unit}`.trim();
}

/** A metric's value without its unit, where that was said already; a share still says that it is one. */
export function number(metric, value) {
  return metric.unit === "%" ? measured(metric, value) : measured({ format: metric.format, unit: "" }, value);
}

/** The last point of a history until a step at which validation samples were measured, which is not done each time. */
function lastMeasured(history, step) {
  return history.findLast(
    ([at, metrics]) => at <= step && Object.keys(metrics).some((name) => name.startsWith("test_")),
  );
}

/** The metrics of the step on screen by name; those on validation samples, as `test_…`, as they were measured last. */
export function metricsNow({ history, snapshot }) {
  if (!snapshot) return {};
  const [, measured] = lastMeasured(history, snapshot.step) ?? [];
  // A snapshot of an earlier version calls some otherwise; the history has today's names.
  const [, now] = history.find(([step]) => step === snapshot.step) ?? [];
  return { ...measured, ...(now ?? snapshot.metrics) };
}

/** The step at which what is on screen was measured on validation samples. */
export function measuredAt({ history, snapshot }) {
  return (lastMeasured(history, snapshot.step) ?? [snapshot.step])[0];
}
