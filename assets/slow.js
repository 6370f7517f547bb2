// Slow motion: a step of training, scene by scene, its pictures, its numbers and the line of code that is at work.

import { whenResized } from "./canvas.js";
import { drawPoints, drawTiles } from "./slow_pictures.js";
import { stillness } from "./stillness.js";
import { escaped, short } from "./text.js";

// Milliseconds that a scene stays while the step plays.
const STAYS = 3500;
const HTML = `
    <div class="scenes">
      <button type="button" class="back" title="The scene before (←)">◀</button>
      <button type="button" class="play" title="Play all scenes">Play</button>
      <button type="button" class="on" title="The next scene (→)">▶</button>
      <div class="chips" role="group" aria-label="Scenes"></div>
    </div>
    <p class="says" aria-live="polite"></p>
    <div class="scene"><div class="shown"></div><div class="told"></div></div>
    <pre class="code"></pre>`;

/** A row of numbers: what it is, and a bar as long as its `share`, with its value. */
function row(name, share, text) {
  const length = Math.round(100 * Math.min(1, Math.abs(share)));
  return `<span>${escaped(name)}</span><i style="--share:${length}%"></i><b>${text}</b>`;
}

/** The numbers of a scene: terms of a loss, or how much each layer is pulled or moved. */
function numbers(scene) {
  const sizes = scene.terms.map((term) => Math.abs(term.value));
  const terms = scene.terms.map((term) => row(term.name, term.value / (Math.max(...sizes) || 1), short(term.value)));
  const most = Math.max(...scene.layers.map((changed) => changed.size)) || 1;
  const layers = scene.layers.map((changed) => {
    const { layer, size, weights } = changed;
    const share = scene.moved && weights ? ` · ${short((100 * size) / weights)} %` : "";
    return row(layer, size / most, short(size) + share);
  });
  return [...terms, ...layers].join("");
}

/** The lines of code around the one that is at work. */
function code(scene) {
  const line = (text, tag) => `<${tag} style="--indent: ${text.search(/\S|$/)}ch">${escaped(text) || " "}</${tag}>`;
  const part = (text, tag) => (text ? text.split("\n").map((each) => line(each, tag)) : []);
  const parts = [...part(scene.before, "span"), ...part(scene.line, "mark"), ...part(scene.after, "span")];
  return `<small>${escaped(scene.place)}</small>${parts.join("")}`;
}

/** Draw the pictures of a scene: planes beside each other, rows of tiles below. */
function drawPictures(root, scene, look) {
  const planes = scene.pictures.filter((picture) => picture.form === "points");
  const rows = scene.pictures.filter((picture) => picture.form !== "points");
  const shown = root.querySelector(".shown");
  const figure = (picture) =>
    `<figure><figcaption>${escaped(picture.name || "given")}</figcaption><canvas></canvas></figure>`;
  shown.innerHTML = `<div class="planes">${planes.map(figure).join("")}</div>${rows.length ? "<canvas></canvas>" : ""}`;
  planes.forEach((picture, i) => {
    drawPoints(shown.querySelectorAll(".planes canvas")[i], picture);
  });
  if (rows.length) drawTiles(shown.querySelector(":scope > canvas"), rows, look);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  const { scenes, look, step } = data;
  // The page may run again: what is drawn here stays.
  if (root.step === step) return root.leave;
  // Another step comes to a page that is not left.
  root.leave?.();
  Object.assign(root, { step, innerHTML: HTML });
  const chips = root.querySelector(".chips");
  chips.innerHTML = scenes.map((scene) => `<button type="button">${escaped(scene.title)}</button>`).join("");
  // The page hides all formulas, and this shows the one of the scene: see shell.css.
  const formulas = document.createElement("style");
  let [at, playing] = [0, null];

  const paint = () => {
    if (root.clientWidth) drawPictures(root, scenes[at], look);
  };
  const draw = () => {
    const scene = scenes[at];
    root.querySelector(".says").textContent = `Step ${step.toLocaleString("en")}. ${scene.says}`;
    root.querySelector(".told").innerHTML = numbers(scene);
    root.querySelector(".code").innerHTML = code(scene);
    formulas.textContent = `.st-key-slow_formula_${scene.formula} { display: flex !important; }`;
    [...chips.children].forEach((chip, i) => {
      chip.setAttribute("aria-pressed", i === at);
    });
    chips.children[at].scrollIntoView({ block: "nearest", inline: "nearest" });
    root.querySelector(".back").disabled = at === 0;
    root.querySelector(".on").disabled = at === scenes.length - 1;
    root.querySelector(".play").textContent = playing ? "Pause" : "Play";
    root.dataset.scene = at;
    paint();
  };
  const halt = () => {
    clearInterval(playing);
    playing = null;
  };
  const play = () => {
    playing = setInterval(() => turn(at + 1), STAYS);
  };
  const turn = (to) => {
    at = Math.max(0, Math.min(scenes.length - 1, to));
    if (at === scenes.length - 1) halt();
    draw();
  };
  const goTo = (to) => {
    halt();
    turn(to);
  };
  root.querySelector(".back").onclick = () => goTo(at - 1);
  root.querySelector(".on").onclick = () => goTo(at + 1);
  root.querySelector(".play").onclick = () => {
    if (playing) {
      halt();
      draw();
      return;
    }
    play();
    // At its end the step plays again.
    turn(at === scenes.length - 1 ? 0 : at);
  };
  [...chips.children].forEach((chip, i) => {
    chip.onclick = () => goTo(i);
  });
  const press = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    // With these keys the browser goes back and on.
    const isBrowser = event.altKey || event.ctrlKey || event.metaKey;
    if (by && !isBrowser) goTo(at + by);
  };
  document.addEventListener("keydown", press);
  document.head.append(formulas);
  const resized = whenResized(root, paint);
  if (!stillness.matches) play();
  draw();
  root.leave = () => {
    halt();
    document.removeEventListener("keydown", press);
    resized.disconnect();
    formulas.remove();
    root.step = null;
  };
  return root.leave;
}
