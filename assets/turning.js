// Points in three dimensions, turned and looked at from the front.

/** Points (N, 3) turned by two angles, as (N, 2). */
export function turn(values, yaw, pitch) {
  const flat = new Float32Array((values.length / 3) * 2);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  for (let i = 0; 3 * i < values.length; i++) {
    const [x, y, z] = [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
    flat[2 * i] = cy * x + sy * z;
    flat[2 * i + 1] = cp * y - sp * (cy * z - sy * x);
  }
  return flat;
}

/** Points around their middle, so that they turn on the spot. */
export function centre(values, dimensions) {
  const middle = new Float64Array(dimensions);
  values.forEach((value, i) => {
    middle[i % dimensions] += (value * dimensions) / values.length;
  });
  return values.map((value, i) => value - middle[i % dimensions]);
}
