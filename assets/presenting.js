// A stage for an audience: nothing but the run, in larger type and thicker lines (see shell.css).

const page = document.documentElement;

/** Whether only the stage is shown. */
export function isPresenting() {
  return "presenting" in page.dataset;
}

/** Show only the stage, or all of the page again. */
export function present(wanted = !isPresenting()) {
  if (wanted) page.dataset.presenting = "";
  else delete page.dataset.presenting;
}
