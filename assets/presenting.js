// A stage for an audience: nothing but the run, in larger type and thicker lines (see shell.css); all of the screen;
// and the link that brings others there.

// Milliseconds for which a button says that it has done it.
const SAID = 1500;
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

/** Give the page all of the screen, or take it back. */
export function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else page.requestFullscreen();
}

/** Copy the page's address, and say so on the button that was clicked. */
export async function copyLink({ currentTarget: button }) {
  const text = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // Browsers lend the clipboard to pages that come through TLS or from this machine alone.
    prompt("The link to this page:", location.href);
    return;
  }
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = text;
  }, SAID);
}
