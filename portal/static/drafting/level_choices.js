/**
 * The two select elements of an indicator's levels: level 2 offers what fits level 1, and each
 * follows the other.
 */

const LEVEL1 = "/level1";
const LEVEL2 = "/level2";

/** Offer in a row only the level 2 of its level 1. */
export function narrowLevel2(row) {
  const level1 = row?.querySelector(`select[name$='${LEVEL1}']`)?.value;
  row?.querySelectorAll("optgroup").forEach((group) => {
    group.hidden = Boolean(level1) && group.label !== level1;
  });
}

/** The person chose `field`: fill in the other level where only one fits. */
export function followLevel(field, fields) {
  const name = field.name ?? "";
  if (name.endsWith(LEVEL1)) followLevel1(field, fields);
  else if (name.endsWith(LEVEL2)) followLevel2(field, fields);
}

function followLevel1(field, fields) {
  const level2 = fields.at(field.name.replace(LEVEL1, LEVEL2));
  narrowLevel2(level2.closest("tr"));
  const choices = [...level2.querySelectorAll("optgroup")]
    .filter((group) => group.label === field.value)
    .flatMap((group) => [...group.children])
    .map((option) => option.value);
  if (!choices.length || choices.includes(level2.value)) return;
  // Who passes by with the arrow keys finds on return what was there.
  const earlier = level2.dataset.was ?? level2.value;
  fields.type(level2.name, bestChoice(choices, earlier));
  level2.dataset.was = earlier;
}

function bestChoice(choices, earlier) {
  if (choices.includes(earlier)) return earlier;
  return choices.length === 1 ? choices[0] : "";
}

function followLevel2(field, fields) {
  field.dataset.was = field.value;
  const { label } = field.selectedOptions[0].parentElement;
  if (label) fields.type(field.name.replace(LEVEL2, LEVEL1), label);
}
