/** Pastes a single cell of a spreadsheet into any text field without the spreadsheet's quotes. */

import { textOfCell } from "./clipboard.js";

const TEXT_FIELD = "textarea, input";

document.addEventListener("paste", (event) => {
  const { target, clipboardData } = event;
  if (event.defaultPrevented || !target.matches?.(TEXT_FIELD)) return;
  const text = clipboardData.getData("text/plain");
  const clean = textOfCell(clipboardData.getData("text/html"), text);
  if (clean === text) return;
  event.preventDefault();
  // The only way that the browser's own undo knows of.
  document.execCommand("insertText", false, fitting(clean, target));
});

/** A field of one line takes line breaks as spaces. */
function fitting(text, { tagName }) {
  return tagName === "INPUT" ? text.replace(/\s*\n\s*/g, " ").trim() : text;
}
