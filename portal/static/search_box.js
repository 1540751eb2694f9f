/** The key / goes to the search box, unless the page has a use of its own for it. */

import { isComposing } from "./composing.js";

const TYPED_IN = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";
const OWN_USE = "[data-queue-search]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.defaultPrevented || isComposing(event) || event.target.closest?.(TYPED_IN)) return;
  const box = document.querySelector("[data-search-box]");
  if (!box || document.querySelector(OWN_USE)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
