/**
 * What a form holds, as [[name, value]] in the order of its fields: as served and as shown now.
 * Passwords, files and hidden fields are left out. Pure: reads and sets properties of the fields.
 */

const LEFT_OUT = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

/** The fields of a form that a user fills in, also those outside of it with a form attribute. */
export function fieldsOf(form) {
  return [...form.elements].filter(({ name, type }) => name && type && !LEFT_OUT.has(type));
}

/** @param form anything with `elements` */
export function servedValues(form) {
  return fieldsOf(form).flatMap((field) =>
    valuesOf(field, {
      checked: "defaultChecked",
      selected: "defaultSelected",
      value: "defaultValue",
    }),
  );
}

export function shownValues(form) {
  return fieldsOf(form).flatMap((field) =>
    valuesOf(field, { checked: "checked", selected: "selected", value: "value" }),
  );
}

export function isSame(some, others) {
  const text = (values) => JSON.stringify(values.map((each) => JSON.stringify(each)).sort());
  return text(some) === text(others); // a form's fields may be moved about the page
}

/** Show earlier values. A field without one keeps its own: the form may have changed since. */
export function fillIn(form, values) {
  const texts = new Map();
  values.forEach(([name, value]) => texts.set(name, [...(texts.get(name) ?? []), value]));
  fieldsOf(form).forEach((field) => {
    const { name } = field;
    if (isChoice(field)) field.checked = Boolean(texts.get(name)?.includes(field.value));
    else if (field.options) select(field, texts.get(name) ?? []);
    else field.value = texts.get(name)?.shift() ?? field.value;
  });
}

function valuesOf(field, { checked, selected, value }) {
  const { name } = field;
  if (isChoice(field)) return field[checked] ? [[name, field.value]] : [];
  if (!field.options) return [[name, normal(field[value])]];
  return chosenOptions(field, selected).map((option) => [name, option.value]);
}

function isChoice({ type }) {
  return type === "checkbox" || type === "radio";
}

/** A list without a selected option shows its first one, unless several may be chosen. */
function chosenOptions({ options, multiple }, selected) {
  const chosen = [...options].filter((option) => option[selected]);
  return chosen.length || multiple ? chosen : [...options].slice(0, 1);
}

function select({ options }, values) {
  const known = [...options].filter((option) => values.includes(option.value));
  if (known.length) [...options].forEach((option) => (option.selected = known.includes(option)));
}

/** `value` of a textarea has line feeds only, `defaultValue` what the server sent. */
function normal(text) {
  return text.replace(/\r\n?/g, "\n");
}
