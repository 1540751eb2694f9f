/** Keeps the focused element at its position in the window while the page changes around it. */

const topOfFocus = () => document.activeElement.getBoundingClientRect().top;

export function keepFocusInPlace(change) {
  const before = topOfFocus();
  change();
  scrollBy(0, topOfFocus() - before);
}
