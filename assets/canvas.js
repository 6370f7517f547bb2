// A canvas that is sharp on every screen and takes its colours from the page's theme.

/**
 * A canvas at the screen's resolution, as high as its style says or `wanted` CSS pixels; returns its context, width and
 * height.
 */
export function prepare(canvas, wanted) {
  // Where a part of the page is enlarged, its pixels are not.
  const ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1);
  if (wanted !== undefined) canvas.style.height = `${wanted}px`;
  const width = canvas.clientWidth || 300;
  const height = wanted ?? canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const { color: ink, fontFamily } = getComputedStyle(canvas);
  context.fillStyle = ink;
  context.strokeStyle = ink;
  context.font = `12px ${fontFamily}`;
  return { context, width, height, ink };
}

/** Say what a canvas shows to those who do not see it. */
export function describe(canvas, text) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", text);
}

/** Whether the page around a canvas is dark. */
export function isDark(canvas) {
  const [red, green, blue] = getComputedStyle(canvas)
    .color.match(/[\d.]+/g)
    .map(Number);
  return red + green + blue > 384;
}

/** The tinted ground of a box [x, y, width, height]. */
export function drawGround(context, [x, y, width, height], strength) {
  context.globalAlpha = strength;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

/** A text that stands out from what is drawn below it, on an edge in the colour of the page. */
export function drawApart(context, text, x, y) {
  context.save();
  context.lineWidth = 4;
  context.strokeStyle = getComputedStyle(context.canvas).getPropertyValue("--st-background-color") || "#fff";
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
  context.restore();
}

// Between two pictures of a motion, times what the last one took, in milliseconds: the machine has more to do. One that
// is quick leaves enough as it is.
const [REST, QUICK] = [3, 4];

/** How long a motion rests after a picture that took so many milliseconds. */
export function restAfter(took) {
  return took < QUICK ? took : REST * took;
}

/** Calls `paint` with the browser's next picture, or `after` some milliseconds, once however often it is asked. */
export function oncePerPicture(paint) {
  let [isQueued, timer] = [false, null];
  const repaint = () => {
    if (isQueued) return;
    isQueued = true;
    requestAnimationFrame(() => {
      isQueued = false;
      paint();
    });
  };
  repaint.after = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(repaint, wait);
  };
  return repaint;
}

/**
 * Calls `paint` when the page gives an element another room or its theme other colours, in place of what was called
 * before; returns its watch.
 */
export function whenResized(element, paint) {
  // Where a script draws anew into an element, what it drew before is gone.
  element.resized?.disconnect();
  const sizes = new ResizeObserver(paint);
  sizes.observe(element);
  // See lab.css: an event that only the theme brings about.
  const component = element.closest(".lab");
  const themed = ({ target }) => target === component && paint();
  component.addEventListener("transitionend", themed);
  const disconnect = () => {
    sizes.disconnect();
    component.removeEventListener("transitionend", themed);
  };
  element.resized = { disconnect };
  return element.resized;
}
