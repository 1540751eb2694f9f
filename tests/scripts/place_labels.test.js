import assert from "node:assert/strict";
import test from "node:test";

import { labelInRow, movedLabel } from "../../portal/static/drafting/place_labels.js";

test("the label of a place names the former and the present row", () => {
  const label = "绩效指标第3行·三级指标";
  assert.equal(movedLabel(label, 3), label);
  assert.equal(movedLabel(label, 4), "绩效指标（原第3行，现第4行）·三级指标");
  assert.equal(movedLabel(label, 0), "绩效指标（原第3行，该行已删除）·三级指标");
});

test("a row that moved again keeps its first number", () => {
  assert.equal(movedLabel("绩效指标（原第3行，现第4行）", 5), "绩效指标（原第3行，现第5行）");
  assert.equal(movedLabel("绩效指标（原第3行，该行已删除）", 2), "绩效指标（原第3行，现第2行）");
  assert.equal(movedLabel("绩效指标（原第3行，现第4行）", 3), "绩效指标第3行");
});

test("a place outside of rows keeps its label", () => {
  assert.equal(movedLabel("绩效目标", 1), "绩效目标");
});

test("a field is named by its present row", () => {
  assert.equal(labelInRow("第3行 三级指标", 12), "第12行 三级指标");
  assert.equal(labelInRow("对绩效指标（原第3行，现第4行）的意见", 5), "对绩效指标第5行的意见");
});
