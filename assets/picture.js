// What stands in an element as the page shows it, drawn on a canvas: its boxes, its canvases and its texts.

/** Whether a colour can be seen at all. */
function isSeen(colour) {
  return !/^rgba\(.*, 0\)$/.test(colour);
}

/** The outline of an element's box, with its round corners. */
function outline(context, [x, y, width, height], style) {
  context.beginPath();
  context.roundRect(x, y, width, height, Number.parseFloat(style.borderTopLeftRadius) || 0);
}

/** The ground and the border of a box. */
function drawBox(context, box, style) {
  const thickness = Number.parseFloat(style.borderLeftWidth);
  outline(context, box, style);
  if (isSeen(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor;
    context.fill();
  }
  if (thickness && isSeen(style.borderLeftColor)) {
    context.strokeStyle = style.borderLeftColor;
    context.lineWidth = thickness;
    context.setLineDash(style.borderLeftStyle === "dashed" ? [4, 3] : []);
    context.stroke();
  }
}

/** The words of a text, each where the page has it. */
function drawText(context, node, style, place) {
  context.fillStyle = style.color;
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const range = document.createRange();
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const [x, y] = place(range.getBoundingClientRect());
    context.fillText(word, x, y + context.measureText(word).fontBoundingBoxAscent);
  }
}

/** Draw an element and all in it; `place(rect)` says where a place in the window lies, as [x, y, width, height]. */
export function drawElement(context, element, place) {
  const style = getComputedStyle(element);
  const box = place(element.getBoundingClientRect());
  if (style.display === "none" || style.visibility === "hidden") return;
  context.save();
  context.globalAlpha *= Number(style.opacity);
  drawBox(context, box, style);
  if (element instanceof HTMLCanvasElement && element.width) context.drawImage(element, ...box);
  if (style.overflowX !== "visible") {
    outline(context, box, style);
    context.clip();
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) drawElement(context, child, place);
    else if (child instanceof Text) drawText(context, child, style, place);
  }
  context.restore();
}
