import assert from "node:assert/strict";
import { test } from "node:test";

import { ChangeQueue } from "../../portal/static/drafting/change_queue.js";

const GOALS = "goals";
const insertion = (id, after = "") => ({ op: "insert", list: "indicators", id, after });
const nameOf = (id) => `indicators/${id}/level3`;

test("typing on in a field stays one operation over the saved text", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "one");
  queue.set(GOALS, "saved", "one two");
  assert.deepEqual(queue.operations, [{ op: "set", path: GOALS, base: "saved", new: "one two" }]);
});

test("a text that is already saved is no operation", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "saved");
  assert.equal(queue.size, 0);
  assert.equal(queue.isBusy, false);
});

test("typing on during a save is a new operation over the text under way", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "one");
  const batch = queue.startSending();
  queue.set(GOALS, "saved", "one two");
  assert.deepEqual(
    batch.operations.map((operation) => operation.new),
    ["one"],
  );
  assert.deepEqual(queue.operations.at(-1), {
    op: "set",
    path: GOALS,
    base: "one",
    new: "one two",
  });
});

test("typing the saved text again takes a waiting change back", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "one");
  queue.startSending();
  queue.set(GOALS, "saved", "saved");
  assert.deepEqual(queue.operations.at(-1), {
    op: "set",
    path: GOALS,
    base: "one",
    new: "saved",
  });
});

test("only one batch is under way at a time", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "", "one");
  assert.ok(queue.startSending());
  queue.set("purpose", "", "two");
  assert.equal(queue.startSending(), null);
  queue.confirm();
  assert.equal(queue.startSending().operations[0].path, "purpose");
});

test("a batch that got no answer comes first again and takes nothing more", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "one");
  const first = queue.startSending();
  queue.putBack();
  queue.set(GOALS, "saved", "one two");
  assert.equal(queue.startSending(), first);
  assert.deepEqual(
    first.operations.map((operation) => operation.new),
    ["one"],
  );
});

test("a batch knows the version at which it was begun", () => {
  const queue = new ChangeQueue(4);
  queue.set(GOALS, "", "one");
  queue.version = 9;
  queue.set("purpose", "", "two");
  assert.equal(queue.startSending().seen, 4);
});

test("a step is a batch of its own with the version it was made at", () => {
  const queue = new ChangeQueue(4);
  queue.set(GOALS, "", "one");
  queue.addStep([insertion("pasted")], 3);
  queue.set("purpose", "", "two");
  const sent = [1, 2, 3].map(() => {
    const batch = queue.startSending();
    queue.confirm();
    return batch;
  });
  assert.deepEqual(
    sent.map(({ operations, version }) => [operations.length, version]),
    [
      [1, undefined],
      [1, 3],
      [1, undefined],
    ],
  );
});

test("while paused nothing is handed out and typing is kept", () => {
  const queue = new ChangeQueue(1);
  queue.pause();
  queue.set(GOALS, "", "one");
  assert.equal(queue.startSending(), null);
  queue.confirm();
  assert.equal(queue.startSending().operations.length, 1);
});

test("a held text counts as unsaved and is not sent", () => {
  const queue = new ChangeQueue(1);
  queue.hold(GOALS, "mine");
  assert.equal(queue.size, 1);
  assert.equal(queue.startSending(), null);
  assert.deepEqual(queue.unsaved, [{ op: "set", path: GOALS, base: "", new: "mine" }]);
  queue.release(GOALS);
  assert.equal(queue.size, 0);
});

test("a waiting text can be put over another base", () => {
  const queue = new ChangeQueue(1);
  queue.set(GOALS, "saved", "mine");
  queue.rebase(GOALS, "restored");
  assert.equal(queue.operations[0].base, "restored");
});

test("a row that was never sent is forgotten without a word to the server", () => {
  const queue = new ChangeQueue(1);
  queue.push(insertion("new"));
  queue.set(nameOf("new"), "", "name");
  queue.hold(nameOf("new"), "held");
  assert.equal(queue.forgetRow("new"), false);
  assert.equal(queue.size, 0);
});

test("a row whose insertion was sent without an answer is deleted at the server too", () => {
  const queue = new ChangeQueue(1);
  queue.push(insertion("new"));
  queue.startSending();
  queue.putBack();
  assert.equal(queue.forgetRow("new"), true);
  assert.equal(queue.startSending(), null);
});

test("a row that the server holds is deleted there, and its waiting texts go", () => {
  const queue = new ChangeQueue(1);
  queue.set(nameOf("old"), "", "name");
  queue.set(nameOf("other"), "", "name");
  assert.equal(queue.forgetRow("old"), true);
  assert.deepEqual(
    queue.operations.map(({ path }) => path),
    [nameOf("other")],
  );
});

test("a row behind a forgotten one takes its place", () => {
  const queue = new ChangeQueue(1);
  queue.push(insertion("first", "top"), insertion("second", "first"));
  queue.forgetRow("first");
  assert.deepEqual(queue.operations, [insertion("second", "top")]);
});

test("rows and fields that something waits for are known", () => {
  const queue = new ChangeQueue(1);
  queue.set(nameOf("typed"), "", "name");
  queue.hold(nameOf("held"), "name");
  queue.push({ op: "move", id: "moved", after: "" });
  assert.ok(queue.waitsForField(nameOf("typed")));
  assert.ok(!queue.waitsForField(nameOf("held")));
  assert.deepEqual(
    ["typed", "held", "moved", "other"].map((id) => queue.waitsForRow(id)),
    [true, true, true, false],
  );
});

test("each record is told, so that it can be stored", () => {
  const queue = new ChangeQueue(1);
  let count = 0;
  queue.addEventListener("change", () => (count += 1));
  queue.set(GOALS, "", "one");
  queue.push(insertion("new"));
  queue.addStep([], 1);
  queue.hold(GOALS, "two");
  queue.release(GOALS);
  queue.rebase(GOALS, "three");
  queue.forgetRow("new");
  assert.equal(count, 7);
});
