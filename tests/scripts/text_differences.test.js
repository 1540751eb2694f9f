import assert from "node:assert/strict";
import test from "node:test";

import { differences } from "../../portal/static/review/text_differences.js";

const side = (found, own) =>
  found
    .filter(([op]) => op === "equal" || op === own)
    .map(([, text]) => text)
    .join("");

test("a changed number is one change", () => {
  assert.deepEqual(differences("发放工资18人次。", "发放工资180人次。"), [
    ["equal", "发放工资"],
    ["delete", "18"],
    ["insert", "180"],
    ["equal", "人次。"],
  ]);
});

test("a text that is taken out, put in or kept is one segment", () => {
  assert.deepEqual(differences("甲", ""), [["delete", "甲"]]);
  assert.deepEqual(differences("", "甲"), [["insert", "甲"]]);
  assert.deepEqual(differences("甲", "甲"), [["equal", "甲"]]);
  assert.deepEqual(differences("", ""), []);
});

test("short equal runs between changes belong to one change", () => {
  assert.deepEqual(differences("维持社区正常运转", "保障辖区正常运转"), [
    ["delete", "维持社"],
    ["insert", "保障辖"],
    ["equal", "区正常运转"],
  ]);
});

test("the segments turn one text into the other, whatever they are", () => {
  const letters = "一二三四。1 \n😀";
  let seed = 7;
  const random = (most) => (seed = (seed * 48271) % 2147483647) % most;
  const text = () =>
    Array.from({ length: random(40) }, () => [...letters][random([...letters].length)]).join("");
  for (let n = 0; n < 300; n += 1) {
    const [before, after] = [text(), text()];
    const found = differences(before, after);
    assert.equal(side(found, "delete"), before);
    assert.equal(side(found, "insert"), after);
  }
});

test("texts of 6,000 characters without anything in common are shown whole at once", () => {
  const [before, after] = ["1.2、".repeat(1500), "2.1、".repeat(1500)];
  const found = differences(before, after);
  assert.equal(side(found, "delete"), before);
  assert.equal(side(found, "insert"), after);
});
