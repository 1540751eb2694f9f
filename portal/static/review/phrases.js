/**
 * Phrases below the text of a new opinion: those of the chosen kind are loaded as soon as the form
 * has focus; a click puts one into the text, and never replaces what somebody typed.
 */

import { joined } from "./phrase_joining.js";

const FORM = "[data-composer]";

async function load(form) {
  const box = form.querySelector("[data-phrases]");
  const kind = form.elements.kind.value;
  if (!box || box.dataset.kind === kind) return;
  box.dataset.kind = kind;
  const url = new URL(box.dataset.phrases, location.href);
  url.searchParams.set("kind", kind);
  url.searchParams.set("rule", form.elements.rule?.value ?? "");
  const target = box.querySelector("[data-used]");
  const options = { source: box, target, swap: "innerHTML settle:0" };
  await window.htmx.ajax("GET", url.pathname + url.search, options);
  box.hidden = !box.querySelector("[data-phrase]");
}

function put(button) {
  const { text } = button.form.elements;
  const { said } = button.closest("[data-phrases]").dataset;
  text.value = joined(text.value, button.textContent, said);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

["focusin", "change"].forEach((type) => {
  document.addEventListener(type, ({ target }) => {
    if (target.form?.matches(FORM)) load(target.form);
  });
});

document.addEventListener("click", ({ target }) => {
  if (target.matches?.("[data-phrase]")) put(target); // the document itself can be clicked
});
