// A canvas that is sharp on every screen and takes its colours from the page's theme.

// How high the pictures of the live stage are, in CSS pixels.
const PANEL_HEIGHT = 300;

/** How high a panel's picture is, in CSS pixels: as its component says in `data-height`, or as on the stage. */
export function panelHeight(canvas) {
  return Number(canvas.dataset.height) || PANEL_HEIGHT;
}

/** A canvas at the screen's resolution, `height` CSS pixels high; returns its context, width and height. */
export function prepare(canvas, height) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth || 300;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
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
