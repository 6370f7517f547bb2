// The layers of a model: of each network what it is made of, how large each answer is, and how many weights it has.

import { escaped } from "./text.js";

/** A layer: a bar as high as its `share` of the largest answer, what it is, its shape and its weights. */
function block(layer) {
  const weights = layer.weights ? layer.weights.toLocaleString("en") : "";
  return `<div class="layer ${weights && "weighted"}"><i style="height: ${Math.round(100 * layer.share)}%"></i>
    <b>${escaped(layer.kind)}</b><span>${layer.shape.join(" × ")}</span><small>${weights}</small></div>`;
}

/** A network, its layers in the order in which they answer. */
function drawn(network) {
  const total = `${network.weights.toLocaleString("en")} weights`;
  return `<figure><figcaption>${escaped(network.name)}<small>${total}</small></figcaption>
    <div class="layers">${network.layers.map(block).join("")}</div></figure>`;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.innerHTML = `<div class="networks">${data.networks.map(drawn).join("")}</div>`;
}
