/**
 * The two select elements for the levels of an indicator: level 2 offers the options that fit
 * level 1, and a change of one updates the other.
 */

const LEVEL1 = "/level1";
const LEVEL2 = "/level2";

/** Offer only the level 2 options of the row's level 1. */
export function narrowLevel2(row) {
  const level1 = row?.querySelector(`select[name$='${LEVEL1}']`)?.value;
  row?.querySelectorAll("optgroup").forEach((group) => {
    group.hidden = Boolean(level1) && group.label !== level1;
  });
}

/** After the user chose `field`: fill in the other level where only one option fits. */
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
  // Passing an option with the arrow keys must not lose the earlier level 2.
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
