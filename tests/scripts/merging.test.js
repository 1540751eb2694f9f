import assert from "node:assert/strict";
import { test } from "node:test";

import { Merge, mergeOrder, mergeText } from "../../portal/static/drafting/merging.js";
import { SavedTexts } from "../../portal/static/drafting/saved_texts.js";

const QUIET = { isWaiting: false, isHeld: false };

test("a text of somebody else is shown where nothing is typed", () => {
  assert.equal(mergeText("goals", QUIET), Merge.SHOW);
});

test("a field in which an input method is at work is left alone", () => {
  const situation = { ...QUIET, composing: "goals", isHeld: true };
  assert.equal(mergeText("goals", situation), Merge.IGNORE);
  assert.equal(mergeText("purpose", { ...QUIET, composing: "goals" }), Merge.SHOW);
});

test("a text that waits to be saved is for the server to merge", () => {
  assert.equal(mergeText("goals", { isWaiting: true, isHeld: false }), Merge.IGNORE);
});

test("what is typed during one's own undo goes on from the restored text", () => {
  const situation = { isWaiting: true, isHeld: false, undone: ["goals"] };
  assert.equal(mergeText("goals", situation), Merge.REBASE);
  assert.equal(mergeText("purpose", situation), Merge.IGNORE);
});

test("while the person decides, a newer text is shown beside", () => {
  assert.equal(mergeText("goals", { isWaiting: false, isHeld: true }), Merge.SHOW_BESIDE);
});

test("rows stand as the server lists them", () => {
  assert.deepEqual(mergeOrder(["a", "b", "c"], ["c", "a", "b"]), ["c", "a", "b"]);
});

test("a row that the server does not list yet stays behind its neighbour", () => {
  assert.deepEqual(mergeOrder(["a", "new", "b"], ["b", "a"]), ["b", "a", "new"]);
  assert.deepEqual(mergeOrder(["new", "newer", "a"], ["a"]), ["new", "newer", "a"]);
});

test("a row that is not shown takes no place", () => {
  assert.deepEqual(mergeOrder(["a", "b"], ["b", "unknown", "a"]), ["b", "a"]);
});

test("a save is the base of what is typed next, but for what was refused", () => {
  const saved = new SavedTexts();
  saved.set("budget/total", "1");
  const sent = ["goals", "purpose", "budget/total"].map((path) => ({
    op: "set",
    path,
    base: "",
    new: "mine",
  }));
  const conflicts = [{ path: "purpose", theirs: "theirs" }];
  saved.acknowledge(sent, conflicts, [{ path: "budget/total" }]);
  assert.equal(saved.at("goals"), "mine");
  assert.equal(saved.at("purpose"), "theirs");
  assert.equal(saved.at("budget/total"), "1");
});

test("a field whose row somebody deleted holds nothing at the server", () => {
  const saved = new SavedTexts();
  saved.set("indicators/a/level3", "old");
  saved.acknowledge([], [{ path: "indicators/a/level3", theirs: null }], []);
  assert.equal(saved.at("indicators/a/level3"), "");
});

test("showing unsaved texts changes no base that was known", () => {
  const saved = new SavedTexts();
  saved.set("goals", "saved");
  saved.keepDuring(() => {
    saved.set("goals", "pasted");
    saved.set("indicators/new/level3", "pasted");
  });
  assert.equal(saved.at("goals"), "saved");
  assert.equal(saved.at("indicators/new/level3"), "pasted");
});
