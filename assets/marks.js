// The marks of classes, full, and of clusters, hollow: shapes beside colours, and their names among the points.

import { inOrder, shade } from "./selection.js";
import { escaped } from "./text.js";

/** Draws an outline through corners around (0, 0). */
function polygon(...corners) {
  return (context) => {
    for (const corner of corners) context.lineTo(...corner);
    context.closePath();
  };
}

/** Draws a cross around (0, 0), which has no inside. */
function cross(context) {
  for (const side of [-1, 1]) {
    context.moveTo(-2.5 * side, -2.5);
    context.lineTo(2.5 * side, 2.5);
  }
}

/** Each shape's outline, and the signs that stand for it in a text: full and hollow. */
const SHAPES = {
  circle: { draw: (context) => context.arc(0, 0, 2.6, 0, 6.283), signs: "●○" },
  "triangle-up": { draw: polygon([0, -3.6], [3.3, 2.4], [-3.3, 2.4]), signs: "▲△" },
  square: { draw: (context) => context.rect(-2.4, -2.4, 4.8, 4.8), signs: "■□" },
  diamond: { draw: polygon([0, -3.8], [3.2, 0], [0, 3.8], [-3.2, 0]), signs: "◆◇" },
  "triangle-down": { draw: polygon([0, 3.6], [3.3, -2.4], [-3.3, -2.4]), signs: "▼▽" },
  x: { draw: cross, signs: "××" },
};

// The most groups that are named, and the longest names that can stand among the points.
const NAMED = 30;
const SHORT = 2;

/** A mark { colour, shape } at (x, y), `size` times as large as the smallest, full or hollow. */
export function drawMark(context, mark, x, y, size, isHollow) {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.fillStyle = mark.colour;
  context.strokeStyle = mark.colour;
  context.lineWidth = 1;
  context.beginPath();
  SHAPES[mark.shape].draw(context);
  context[isHollow ? "stroke" : "fill"]();
  context.restore();
}

/** Points (N, 2) as marks; `mark(i)` gives each one's, those that are not `chosen` are grey where some are. */
export function drawMarks(context, values, [x, y], size, mark, isHollow, chosen) {
  for (const i of inOrder(values.length / 2, chosen)) {
    const { shape, colour } = mark(i);
    const shaded = { shape, colour: shade(colour, i, chosen) };
    drawMark(context, shaded, x(values[2 * i]), y(values[2 * i + 1]), size, isHollow);
  }
}

/** A mark in a legend. */
export function sign(mark, isHollow) {
  return `<i class="sign" style="color:${mark.colour}">${SHAPES[mark.shape].signs[Number(isHollow)]}</i>`;
}

/** Groups in a legend: each name behind its mark. */
export function legend(names, mark, isHollow) {
  return names.map((name, i) => `<span>${sign(mark(i), isHollow)}${escaped(name)}</span> `).join("");
}

/** Whether names are so few and short that they can stand among the points. */
export function canStandAmong(names) {
  return names.length <= NAMED && names.every((name) => name.length <= SHORT);
}

/** Each group's name, unless it is empty, at the middle of its points (N, 2); `groups` (N,) are their indices. */
export function drawNames(canvas, context, values, [x, y], groups, names) {
  const style = getComputedStyle(canvas);
  context.font = `bold 14px ${style.fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  context.strokeStyle = style.getPropertyValue("--st-background-color") || "#fff";
  context.fillStyle = style.color;
  names.forEach((name, group) => {
    const members = [...groups.keys()].filter((i) => Number(groups[i]) === group);
    if (!name || !members.length) return;
    const [right, up] = [0, 1].map((axis) => {
      const sorted = members.map((i) => values[2 * i + axis]).sort((a, b) => a - b);
      return sorted[members.length >> 1];
    });
    context.strokeText(name, x(right), y(up) + 5);
    context.fillText(name, x(right), y(up) + 5);
  });
}
