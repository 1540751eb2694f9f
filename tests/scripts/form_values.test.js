import assert from "node:assert/strict";
import { test } from "node:test";

import { fillIn, isSame, servedValues, shownValues } from "../../portal/static/form_values.js";

const text = (name, served, shown = served) => ({
  type: "textarea",
  name,
  defaultValue: served,
  value: shown,
});
const choice = (name, value, served, shown = served) => ({
  type: "checkbox",
  name,
  value,
  defaultChecked: served,
  checked: shown,
});
const list = (name, values, chosen) => ({
  type: "select-one",
  name,
  options: values.map((value) => ({ value, selected: value === chosen, defaultSelected: false })),
});

test("served and shown values differ by what the user did", () => {
  const form = {
    elements: [
      text("text", "old", "new"),
      choice("roles", "head", true, false),
      list("path", ["", "goals"], "goals"),
    ],
  };
  assert.deepEqual(servedValues(form), [
    ["text", "old"],
    ["roles", "head"],
    ["path", ""],
  ]);
  assert.deepEqual(shownValues(form), [
    ["text", "new"],
    ["path", "goals"],
  ]);
  assert.ok(!isSame(servedValues(form), shownValues(form)));
});

test("a form that nobody touched shows what was served, whatever its line ends", () => {
  const form = {
    elements: [text("text", "one\r\ntwo", "one\ntwo"), list("path", ["", "goals"], "")],
  };
  assert.ok(isSame(servedValues(form), shownValues(form)));
});

for (const type of ["password", "file", "hidden", "submit"]) {
  test(`a ${type} field is never kept`, () => {
    const secret = { type, name: "secret", defaultValue: "", value: "never on the disk" };
    assert.deepEqual(shownValues({ elements: [secret] }), []);
  });
}

test("filling in shows earlier texts and choices, in the order of fields with one name", () => {
  const form = {
    elements: [
      text("text", "", ""),
      text("line", "", ""),
      text("line", "", ""),
      choice("roles", "head", true),
      choice("roles", "drafter", false),
      list("path", ["", "goals"], ""),
    ],
  };
  const values = [
    ["text", "new"],
    ["line", "first"],
    ["line", "second"],
    ["roles", "drafter"],
    ["path", "goals"],
  ];
  fillIn(form, values);
  assert.deepEqual(shownValues(form), values);
});

test("filling in leaves alone what the earlier form did not have", () => {
  const form = { elements: [text("added", "kept", "kept"), list("path", ["", "purpose"], "")] };
  fillIn(form, [["path", "gone"]]);
  assert.deepEqual(shownValues(form), [
    ["added", "kept"],
    ["path", ""],
  ]);
});
