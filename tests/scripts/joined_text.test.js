import assert from "node:assert/strict";
import test from "node:test";

import { joined } from "../../portal/static/drafting/joined_text.js";

test("joined texts have common sentences once, theirs before mine", () => {
  assert.equal(joined("一。\n三、甲。", "一。\n二、乙。", "\n"), "一。\n二、乙。\n三、甲。");
  assert.equal(joined("甲。\n二。", "乙。\n二。", "\n"), "乙。\n甲。\n二。");
  assert.equal(joined("一。甲。", "一。乙。", "；"), "一。乙。甲。");
  assert.equal(joined("发放3人", "发放5人", "\n"), "发放5人\n发放3人");
  assert.equal(joined("发放3人", "发放5人", "；"), "发放5人；发放3人");
});

test("a text that holds the other is the joined text", () => {
  assert.equal(joined("一。二。", "一。", "\n"), "一。二。");
  assert.equal(joined("", "乙", "\n"), "乙");
  assert.equal(joined("甲", "", "\n"), "甲");
});
