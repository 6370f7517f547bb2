// Points as marks of their groups, shapes beside colours, and the names of groups among the points and in legends.

import { along, drawSprites } from "./points.js";
import { remembered } from "./remembered.js";
import { inOrder, shade } from "./selection.js";
import { sign } from "./shapes.js";
import { spritesOf } from "./sprites.js";
import { escaped } from "./text.js";

// The most groups that are named, and the longest names that can stand among the points.
const NAMED = 30;
const SHORT = 2;

// Of more points than this each is smaller and lets others through, so that it is seen where they are dense.
const MANY = 2000;
const OPACITY = 0.85;
// So many points of a group are looked at to find its middle.
const LOOKED_AT = 250;
// A name hides points: a group has one from so many points on.
const COVERED = 3;

/** The `different` ones of a list of marks, and `which` of them each of the list is: those of many groups repeat. */
const distinct = remembered((marks) => {
  const keys = marks.map(({ colour, shape }) => `${colour} ${shape}`);
  const first = [...new Set(keys)].map((key) => keys.indexOf(key));
  const places = new Map(first.map((k, place) => [keys[k], place]));
  return { different: first.map((k) => marks[k]), which: keys.map((key) => places.get(key)) };
});

/** Which of the different marks each point's group has, from the first of all again after the last. */
const kindsOf = remembered((groups, marks) => {
  const { which } = distinct(marks);
  return groups.map((group) => which[group % which.length]);
});

/** Which sprite is stamped at each point, as 2 k for kind k and 2 k + 1 for a grey one, and in which order. */
const stampsOf = remembered((kinds, chosen) => {
  const cells = new Uint16Array(kinds.length);
  for (let i = 0; i < cells.length; i++) cells[i] = 2 * kinds[i] + (chosen ? 1 : 0);
  for (const i of chosen ?? []) cells[i]--;
  return { cells, order: inOrder(kinds.length, chosen) };
});

/**
 * Points on their `way` (see `drawSprites`) as the `marks` of their `groups` (N,), from the first again after the last,
 * full or hollow; those that are not `chosen` are grey where some are.
 */
export function drawMarks(context, way, { marks, groups, isHollow }, size, chosen) {
  const thinned = Math.min(1, MANY / groups.length) ** 0.25;
  const sprites = spritesOf(distinct(marks).different, size * thinned, isHollow, context.getTransform().a);
  drawSprites(context, way, sprites, stampsOf(kindsOf(groups, marks), chosen), OPACITY * thinned);
}

/** The colour of each point's mark, as a function: grey where others are chosen. */
export function shadesOf({ marks, groups }, chosen) {
  return (i) => shade(marks[groups[i] % marks.length].colour, i, chosen);
}

/** Groups in a legend: each name behind its mark. */
export function legend(names, marks, isHollow) {
  return names.map((name, k) => `<span>${sign(marks[k % marks.length], isHollow)}${escaped(name)}</span> `).join("");
}

/** Whether names are so few and short that they can stand among the points. */
export function canStandAmong(names) {
  return names.length <= NAMED && names.every((name) => name.length <= SHORT);
}

/** Some members of each group: at most `LOOKED_AT`, evenly among all of a group. */
const membersOf = remembered((groups) => {
  const sizes = new Uint32Array(Math.max(0, ...new Set(groups)) + 1);
  for (const group of groups) sizes[group]++;
  const seen = new Uint32Array(sizes.length);
  const members = Array.from(sizes, () => []);
  groups.forEach((group, i) => {
    if (seen[group]++ % Math.ceil(sizes[group] / LOOKED_AT) === 0) members[group].push(i);
  });
  return members;
});

/**
 * Each group's name, unless it is empty, at the middle of its points on their `way`; `groups` (N,) are theirs. Groups
 * of fewer than `COVERED` points have none.
 */
export function drawNames(context, way, groups, names) {
  const style = getComputedStyle(context.canvas);
  context.save();
  context.font = `bold 14px ${style.fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = style.getPropertyValue("--st-background-color") || "#fff";
  context.fillStyle = style.color;
  membersOf(groups).forEach((members, group) => {
    if (!names[group] || members.length < COVERED) return;
    const [x, y] = [0, 1].map((axis) => Float32Array.from(members, along(way, axis)).sort()[members.length >> 1]);
    context.strokeText(names[group], x, y + 5);
    context.fillText(names[group], x, y + 5);
  });
  context.restore();
}
