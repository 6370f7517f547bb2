// Arrays as they come from the server: a snapshot over the socket, and base64 text in a component's data.

// The types of safetensors, a file whose head holds the numbers as JSON.
const ARRAY_TYPES = { F32: Float32Array, F64: Float64Array, U8: Uint8Array, I64: BigInt64Array, I32: Int32Array };
// The range of values that come as bytes.
export const BYTES = [0, 255];

/** Bytes → { step, steps, metrics, value_range, views: { name: { shape, values, range } } }. */
export function readSnapshot(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const snapshot = JSON.parse(head.__metadata__.head);
  snapshot.views = {};
  for (const [name, entry] of Object.entries(head)) {
    if (name === "__metadata__") continue;
    const [begin, end] = entry.data_offsets;
    // A copy, because typed arrays insist on aligned offsets.
    const bytes = buffer.slice(8 + length + begin, 8 + length + end);
    // Pictures come as bytes, whose 256 levels reach from one end of the value range to the other.
    const range = entry.dtype === "U8" ? BYTES : snapshot.value_range;
    snapshot.views[name] = { shape: entry.shape, values: new ARRAY_TYPES[entry.dtype](bytes), range };
  }
  return snapshot;
}

/** Base64 text → a typed array of the given type. */
export function unpack(text, Type) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Type(bytes.buffer);
}

/** Where value `value` of a view stands between the ends of its range, 0 to 1. */
export function share(view, value) {
  const [low, high] = view.range;
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}
