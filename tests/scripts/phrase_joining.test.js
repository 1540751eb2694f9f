import assert from "node:assert/strict";
import test from "node:test";

import { joined } from "../../portal/static/review/phrase_joining.js";

test("a phrase fills an empty text and replaces what the finding filled in", () => {
  assert.equal(joined(" \n", "请量化。"), "请量化。");
  assert.equal(joined("没有数量。\n", "请量化。", "没有数量。"), "请量化。");
});

test("a phrase stands below what was typed, once", () => {
  assert.equal(joined("没有数量，请补。", "请量化。", "没有数量。"), "没有数量，请补。\n请量化。");
  assert.equal(joined("先说一句。\n请量化。", "请量化。"), "先说一句。\n请量化。");
});
