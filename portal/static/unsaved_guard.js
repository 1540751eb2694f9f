/**
 * Asks before the user leaves a page with a form marked data-guard-unsaved that has unsaved input.
 * While it does, the form has data-unsaved; the server may set it too. The edit form, once
 * data-ready, sets it itself (drafting/status_line.js).
 */

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
// A form being submitted counts as saved until the request fails.
document.addEventListener("submit", clear);
document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.request.method !== "GET") clear(event);
});
document.addEventListener("htmx:error", mark);
document.addEventListener("htmx:response:error", mark);
addEventListener("beforeunload", (event) => {
  if (!document.querySelector("form[data-guard-unsaved][data-unsaved]")) return;
  event.preventDefault();
  event.returnValue = ""; // required by Chromium before 119
});
