// The style of all components: fetched once, and shared by their shadows.

const sheet = new CSSStyleSheet();
sheet.replaceSync(await (await fetch(new URL("lab.css", import.meta.url))).text());

/** Have what stands in a component's shadow look like the others. */
export function dress(element) {
  const sheets = element.getRootNode().adoptedStyleSheets;
  if (!sheets.includes(sheet)) sheets.push(sheet);
}
