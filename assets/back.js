// Back and Forward while a page is on its way: what is heard late of the page that was left is no step of the history.

import { TITLES } from "./protocol.js";

// Whether somebody went back, or forward, and the page there may not be drawn yet.
let isUnderWay = false;

/** Whether the page that is drawn is the one that the address names. */
function hasArrived() {
  const title = TITLES[location.pathname.split("/").at(-1)];
  return document.querySelector("[data-testid=stMain] h1")?.textContent === title;
}

addEventListener("popstate", () => {
  isUnderWay = true;
});
// Who clicks meanwhile goes elsewhere.
addEventListener(
  "click",
  () => {
    isUnderWay = false;
  },
  true,
);
// Streamlit writes the address of each page and each query that it hears of, also where the browser has left it.
for (const write of ["pushState", "replaceState"]) {
  const written = history[write];
  history[write] = function (...state) {
    isUnderWay &&= !hasArrived();
    if (!isUnderWay) written.apply(this, state);
  };
}
