import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ChangeQueue } from "../../portal/static/drafting/change_queue.js";
import { Outbox } from "../../portal/static/drafting/outbox.js";
import { FakeServer, settled } from "./fakes.js";

const EVENTS = ["answer", "saved", "offline", "online", "refused", "signed-out"];
const AT_ONCE = [0];
const ONCE_AT_ONCE = [0, 2 ** 31 - 1];
const NEVER = [2 ** 31 - 1];
const PATIENCE = 5_000; // milliseconds

let queue;
let server;
let outbox;
let kept;
let diskTakes;
let events;

function open(retryDelays = AT_ONCE) {
  queue = new ChangeQueue(1);
  server = new FakeServer();
  const storage = {
    async keep(version, operations) {
      kept.push({ version, operations });
      return diskTakes;
    },
  };
  outbox = new Outbox({ queue, server, storage, retryDelays });
  EVENTS.forEach((type) => outbox.addEventListener(type, () => events.push(type)));
}

function answerOf(version, more = {}) {
  return { version, operations: [], order: {}, ...more };
}

/** Resolves when the outbox has sent so many requests. */
async function requestsSent(count) {
  const deadline = Date.now() + PATIENCE;
  while (server.requests.length < count) {
    assert.ok(Date.now() < deadline, `${server.requests.length} of ${count} requests were sent`);
    await settled();
  }
}

beforeEach(() => {
  kept = [];
  diskTakes = true;
  events = [];
  open();
});

test("a save says whose page it is, what it knows and what was known when it began", async () => {
  queue.set("goals", "old", "new");
  queue.version = 2;
  outbox.send();
  const [{ name, body }] = server.requests;
  assert.equal(name, "changes");
  assert.deepEqual(
    { ...body, operations: body.operations.length },
    {
      author: 7,
      version: 2,
      seen: 1,
      operations: 1,
    },
  );
});

test("a step made on an older version is sent with that version", () => {
  queue.version = 9;
  queue.addStep([{ op: "delete", id: "one" }], 3);
  outbox.send();
  assert.equal(server.requests[0].body.version, 3);
});

test("an answer moves the version, empties the store and is told", async () => {
  queue.set("goals", "old", "new");
  outbox.send();
  await server.answer(answerOf(5, { saved: "10:30" }));
  assert.equal(queue.version, 5);
  assert.deepEqual(kept.at(-1), { version: 5, operations: [] });
  assert.deepEqual(events, ["online", "answer", "saved"]);
});

test("what is typed during a save is sent after it, over the text just saved", async () => {
  queue.set("goals", "old", "one");
  outbox.send();
  queue.set("goals", "old", "one two");
  outbox.send();
  assert.equal(server.requests.length, 1);
  await server.answer(answerOf(2));
  assert.equal(server.requests.length, 2);
  assert.deepEqual(server.requests[1].body.operations, [
    { op: "set", path: "goals", base: "one", new: "one two" },
  ]);
});

test("what got no answer is sent again unchanged, and then what was typed meanwhile", async () => {
  queue.set("goals", "old", "one");
  outbox.send();
  queue.set("goals", "old", "one two");
  await server.fail();
  await requestsSent(2);
  assert.deepEqual(server.requests[1], server.requests[0]);
  assert.deepEqual(events, ["offline"]);
  await server.answer(answerOf(2));
  assert.equal(server.requests[2].body.operations[0].base, "one");
});

for (const [trouble, meet] of [
  ["half an answer", () => server.answerUnreadably()],
  ["an error of the server", () => server.answer({}, 503)],
  ["too many requests", () => server.answer({}, 429)],
  ["a line too slow for the text", () => server.answer({}, 408)],
]) {
  test(`${trouble} is tried again`, async () => {
    queue.set("goals", "old", "new");
    outbox.send();
    await meet();
    await requestsSent(2);
    assert.ok(events.includes("offline"));
    assert.equal(outbox.isStopped, false);
  });
}

test("everything unsaved is in the store as soon as it is typed", () => {
  queue.set("goals", "old", "new");
  assert.deepEqual(kept.at(-1).operations, [{ op: "set", path: "goals", base: "old", new: "new" }]);
});

test("the outbox tells when the unsaved text gets on the disk or no longer does", async () => {
  let told = 0;
  assert.equal(outbox.isKept, false);
  queue.set("goals", "old", "one");
  await settled();
  assert.equal(outbox.isKept, true);
  diskTakes = false;
  queue.set("goals", "old", "one two");
  outbox.addEventListener("state", () => (told += 1));
  await settled();
  assert.equal(outbox.isKept, false);
  assert.equal(told, 1);
});

test("a refused save stops the outbox and keeps the text", async () => {
  queue.set("goals", "old", "new");
  let detail;
  outbox.addEventListener("refused", (event) => (detail = event.detail));
  outbox.send();
  await server.answer({ message: "已送审" }, 409);
  assert.deepEqual(detail, { message: "已送审", isFinal: true });
  assert.equal(queue.size, 1);
  outbox.send();
  assert.equal(server.requests.length, 1);
});

test("a refused undo stops nothing", async () => {
  const step = outbox.takeStep("undo");
  await server.answer({ message: "没有可以撤销的" }, 409);
  assert.equal(await step, null);
  assert.equal(outbox.isStopped, false);
  assert.deepEqual(events, ["refused"]);
});

test("a session that ended keeps the text until the person has signed in again", async () => {
  queue.set("goals", "old", "new");
  outbox.send();
  await server.answer({ csrf: "second" }, 401);
  assert.equal(server.token, "second");
  assert.deepEqual(events, ["signed-out"]);
  outbox.send();
  assert.equal(server.requests.length, 1);
  assert.deepEqual(events, ["signed-out", "signed-out"]);
  outbox.resume();
  assert.deepEqual(server.requests[1].body.operations, server.requests[0].body.operations);
});

test("after somebody else has signed in nothing is sent", () => {
  queue.set("goals", "old", "new");
  outbox.stop();
  outbox.send();
  assert.equal(server.requests.length, 0);
});

test("what is typed during an undo is sent after it", async () => {
  const step = outbox.takeStep("undo");
  queue.set("goals", "old", "new");
  outbox.send();
  assert.deepEqual(
    server.requests.map(({ name }) => name),
    ["undo"],
  );
  await server.answer(answerOf(3, { undone: ["goals"] }));
  assert.equal((await step).version, 3);
  assert.deepEqual(
    server.requests.map(({ name }) => name),
    ["undo", "changes"],
  );
});

test("a heartbeat that a save has overtaken is dropped", async () => {
  const beat = outbox.heartbeat();
  queue.set("goals", "old", "new");
  outbox.send();
  await server.answer(answerOf(2, { people: ["李秀英"] }));
  assert.equal(queue.version, 1);
  assert.deepEqual((await beat).people, ["李秀英"]);
  assert.ok(!events.includes("answer"));
});

test("a heartbeat without network is not repeated and delays no save", async () => {
  open(ONCE_AT_ONCE);
  outbox.heartbeat();
  await server.fail();
  assert.deepEqual(events, ["offline"]);
  queue.set("goals", "old", "new");
  outbox.send();
  await server.fail();
  await requestsSent(3);
  assert.deepEqual(
    server.requests.map(({ name }) => name),
    ["presence", "changes", "changes"],
  );
});

test("after a save that got through the next one is tried again as soon", async () => {
  open(ONCE_AT_ONCE);
  for (const text of ["one", "two"]) {
    const count = server.requests.length;
    queue.set("goals", "old", text);
    outbox.send();
    await server.fail();
    await requestsSent(count + 2);
    await server.answer(answerOf(2));
  }
});

test("flushed waits for all batches, or for the first that cannot be sent", async () => {
  open(NEVER);
  queue.addStep([{ op: "delete", id: "one" }]);
  queue.addStep([{ op: "delete", id: "two" }]);
  outbox.send();
  let isFlushed = false;
  const flushed = outbox.flushed().then(() => (isFlushed = true));
  await server.answer(answerOf(2));
  assert.equal(isFlushed, false);
  await server.fail();
  await flushed;
  assert.equal(queue.size, 1);
  outbox.send(); // ends the wait for the next try
});
