/**
 * Asks before the user leaves a page with input that the next page would not have: a form marked
 * data-guard-unsaved while it has data-unsaved, and any form that kept_forms.js could not keep.
 * Sets data-unsaved, as the server may; the edit form, once data-ready, sets it itself
 * (drafting/status_line.js).
 */

const LOST = "form[data-guard-unsaved][data-unsaved], form[data-unkept]";

/** The guarded form of an element. A field may be inside one form and belong to another. */
function guardedForm(element) {
  const form = element.form || element.closest?.("form");
  return form?.matches("[data-guard-unsaved]:not([data-ready])") ? form : null;
}

function mark({ target }) {
  guardedForm(target)?.toggleAttribute("data-unsaved", true);
}

function clear({ target }) {
  guardedForm(target)?.toggleAttribute("data-unsaved", false);
}

document.addEventListener("input", mark);
document.addEventListener("change", mark);
document.addEventListener("submit", clear);
addEventListener("beforeunload", (event) => {
  if (!document.querySelector(LOST)) return;
  event.preventDefault();
  event.returnValue = ""; // required by Chromium before 119
});
