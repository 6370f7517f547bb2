// A dial: a knob as a range input that acts while it is dragged.

import { Echo } from "./echo.js";

// Milliseconds that a hand rests on a value before it is taken: what it only passes is not trained. A hand that moves
// on is heard of with every picture of the screen.
const REST = 30;

const HTML =
  `<label class="dial"><b>●</b><span><span></span> <i class="icon" aria-hidden="true">bolt</i></span>` +
  `<output></output>` +
  `<input type="range" min="0" step="1"><small></small><small></small></label>`;

/** Tell `took` of the place where the slider comes to rest. */
function listen(root, took) {
  const input = root.querySelector("input");
  const take = () => {
    clearTimeout(root.resting);
    root.resting = null;
    const place = Number(input.value);
    root.places.tell(place);
    took(place);
  };
  input.oninput = () => {
    say(root);
    clearTimeout(root.resting);
    root.resting = setTimeout(take, REST);
  };
  // Let go of, it rests.
  input.onchange = () => {
    if (root.resting) take();
  };
}

/** Write what the slider stands at. */
function say(root) {
  const input = root.querySelector("input");
  const text = root.stops[input.value];
  root.querySelector("output").textContent = text;
  input.setAttribute("aria-valuetext", text);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (!root.querySelector("input")) root.innerHTML = HTML;
  const input = root.querySelector("input");
  listen(root, (place) => setTriggerValue("place", place));
  const { label, stops, place, changed, live, help } = data;
  // With other stops it is another slider.
  if (String(stops) !== String(root.stops)) root.places = new Echo(null);
  root.stops = stops;
  root.querySelector("b").hidden = !changed;
  root.querySelector("span span").textContent = label;
  root.querySelector(".icon").hidden = !live;
  root.querySelector("label").title = help;
  input.setAttribute("aria-label", label);
  input.max = stops.length - 1;
  const ends = root.querySelectorAll("small");
  [ends[0].textContent, ends[1].textContent] = [stops[0], stops.at(-1)];
  // A hand that still moves it knows better, and so does one that moved on while the page answered.
  if (root.places.isNews(place) && !root.resting) input.value = place;
  say(root);
}
