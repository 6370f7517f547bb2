// Back and Forward while a page is on its way: what is heard late of the page that was left is no step of the history.

// What acts on a page: the address says what comes of it.
const DEEDS = ["click", "input"];

// Whether somebody went back, or forward, to a page that is not drawn yet.
let isUnderWay = false;

addEventListener("popstate", () => {
  // Within a page nothing is asked for.
  isUnderWay = !location.hash;
});
for (const deed of DEEDS) {
  addEventListener(
    deed,
    () => {
      isUnderWay = false;
    },
    true,
  );
}
// Streamlit writes the address of each page and each query that it hears of, also where the browser has left it.
for (const write of ["pushState", "replaceState"]) {
  const written = history[write];
  history[write] = function (...state) {
    if (!isUnderWay) written.apply(this, state);
  };
}

export default function ({ data }) {
  const page = location.pathname.split("/").at(-1);
  if (data.page === page && data.query === location.search.slice(1)) isUnderWay = false;
}
