// A tally: how many samples each class has, by its mark.

import { sign } from "./shapes.js";
import { escaped } from "./text.js";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const { names, marks, counts, more } = data;
  const group = (name, k) =>
    `<span>${sign(marks[k], false)}${escaped(name)} <b>${counts[k].toLocaleString("en")}</b></span>`;
  const others = more ? `<span>and ${more} more ${more > 1 ? "classes" : "class"}</span>` : "";
  root.innerHTML = `<div class="tally">${names.map(group).join("")}${others}</div>`;
}
