// Back and Forward while a page is on its way: what is heard late of the step that was left is no step of the history.

import { ANSWER, TITLES } from "./protocol.js";

// Whether somebody went back, or forward, and what stood there may not be drawn yet; whether the server knows of it.
let isUnderWay = false;
let isAnswered = false;

/** Whether the page that is drawn is the one that the address names. */
function isDrawn() {
  const title = TITLES[location.pathname.split("/").at(-1)];
  return document.querySelector("[data-testid=stMain] h1")?.textContent === title;
}

// What Streamlit heard together it draws together: it writes the address of the page that was left when the title of
// the next one stands already. An observer is told after that.
const titles = new MutationObserver(look);

function look() {
  if (isAnswered && isDrawn()) arrive();
}

function arrive() {
  isUnderWay = false;
  titles.disconnect();
}

addEventListener("popstate", () => {
  isUnderWay = true;
  isAnswered = false;
  titles.observe(document, { subtree: true, childList: true, characterData: true });
});
// Who clicks or presses a key meanwhile does something else.
for (const act of ["click", "keydown"]) addEventListener(act, arrive, true);
/** Whether an address that answers Back is the one that stands there: another may be asked for meanwhile. */
function isOurs({ searchParams }) {
  searchParams.delete(ANSWER);
  return String(searchParams) === String(new URLSearchParams(location.search));
}

// Streamlit writes the address of each page and each query that it hears of, also where the browser has left it.
for (const write of ["pushState", "replaceState"]) {
  const written = history[write];
  history[write] = function (...state) {
    const address = new URL(state[2] ?? "", location);
    if (address.searchParams.has(ANSWER)) {
      isAnswered ||= isOurs(address);
      look();
    } else if (!isUnderWay) written.apply(this, state);
  };
}
