/**
 * A form marked data-guard-unsaved asks before the page is left with something unsaved. It carries
 * data-unsaved meanwhile; the server may set it too. The edit form, once data-ready, sets it itself
 * (drafting/status_line.js).
 */

/** The guarded form of an element. A field may stand inside one form and belong to another. */
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
// A save under way counts as saved until it fails.
document.addEventListener("submit", clear);
document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.request.method !== "GET") clear(event);
});
document.addEventListener("htmx:error", mark);
document.addEventListener("htmx:response:error", mark);
addEventListener("beforeunload", (event) => {
  if (!document.querySelector("form[data-guard-unsaved][data-unsaved]")) return;
  event.preventDefault();
  event.returnValue = ""; // Chromium before 119 asks only with this
});
