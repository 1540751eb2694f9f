/**
 * Prints the whole text of every field: before printing, an element with the text stands in for
 * the field, which the print stylesheet hides. Without scripts the browser sizes the fields.
 */

const PRINTED = "textarea, select, input:not([type]), input[type=text], input[type=date]";
const STAND_IN = "printed-text";

function standIn(field) {
  const text = document.createElement("div");
  text.className = STAND_IN;
  text.textContent = textOf(field);
  text.style.textAlign = getComputedStyle(field).textAlign;
  field.before(text);
}

function textOf({ value, selectedOptions }) {
  return selectedOptions ? [...selectedOptions].map(({ label }) => label).join("、") : value;
}

addEventListener("beforeprint", () => {
  document.documentElement.classList.add("prints-fields");
  document.querySelectorAll(PRINTED).forEach(standIn);
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("prints-fields");
  document.querySelectorAll(`.${STAND_IN}`).forEach((text) => text.remove());
});
