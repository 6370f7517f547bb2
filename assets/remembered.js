// What is found out about large arrays once, and looked up from then on.

// Stands for no second object.
const NONE = {};

/** `find`, a function of one object and perhaps another, which remembers what it found as long as these live. */
export function remembered(find) {
  const known = new WeakMap();
  return (one, other = null) => {
    if (!known.has(one)) known.set(one, new WeakMap());
    const [found, key] = [known.get(one), other ?? NONE];
    if (!found.has(key)) found.set(key, find(one, other));
    return found.get(key);
  };
}
