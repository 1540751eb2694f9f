import assert from "node:assert/strict";
import test from "node:test";

import { joined, segments } from "../../portal/static/drafting/text_difference.js";

const sideOf = (found, other) =>
  found
    .filter(([kind]) => kind !== other)
    .map(([, text]) => text)
    .join("");

test("segments mark what only one text has, and split no number", () => {
  assert.deepEqual(segments("发放工资3人。", "发放工资35人。"), [
    ["equal", "发放工资"],
    ["delete", "3"],
    ["insert", "35"],
    ["equal", "人。"],
  ]);
  assert.deepEqual(segments("同", "同"), [["equal", "同"]]);
  assert.deepEqual(segments("", "新"), [["insert", "新"]]);
  assert.deepEqual(segments("", ""), []);
});

test("segments mark two changes far apart by themselves", () => {
  const found = segments("甲一乙丙丁二戊", "甲三乙丙丁四戊");
  assert.deepEqual(
    found.map(([kind, text]) => kind[0] + text),
    ["e甲", "d一", "i三", "e乙丙丁", "d二", "i四", "e戊"],
  );
});

test("segments hold both texts whole, short and long", () => {
  const pairs = [
    ["开展培训10场，覆盖全县。", "开展培训12场，覆盖乡镇。\n按月发放。"],
    ["甲乙".repeat(900), "乙丙".repeat(900)],
    ["甲𠮷乙", "𠮷丙"],
  ];
  pairs.forEach(([one, other]) => {
    const found = segments(one, other);
    assert.equal(sideOf(found, "insert"), one);
    assert.equal(sideOf(found, "delete"), other);
  });
});

test("joined texts have common sentences once, theirs before mine", () => {
  assert.equal(joined("一。甲。", "一。乙。", "\n"), "一。乙。甲。");
  assert.equal(joined("甲。二。", "乙。二。", "\n"), "乙。甲。二。");
  assert.equal(joined("发放3人", "发放5人", "\n"), "发放5人\n发放3人");
  assert.equal(joined("发放3人", "发放5人", "；"), "发放5人；发放3人");
});

test("a text that holds the other is the joined text", () => {
  assert.equal(joined("一。二。", "一。", "\n"), "一。二。");
  assert.equal(joined("", "乙", "\n"), "乙");
  assert.equal(joined("甲", "", "\n"), "甲");
});
