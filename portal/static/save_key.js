/**
 * Ctrl+S presses the save button of the form marked data-save-key that has the focus, or else of
 * the page's first one, instead of opening the browser's dialog.
 */

import { isComposing } from "./composing.js";

const SAVED = "form[data-save-key]";

document.addEventListener("keydown", (event) => {
  const isSaveKey = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!isSaveKey || event.key.toLowerCase() !== "s" || isComposing(event)) return;
  const form = event.target.closest?.(SAVED) ?? document.querySelector(SAVED);
  if (!form) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit();
});
