import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ChangeQueue } from "../../portal/static/drafting/change_queue.js";
import { RemoteChanges } from "../../portal/static/drafting/remote_changes.js";
import { SavedTexts } from "../../portal/static/drafting/saved_texts.js";
import { Typing } from "../../portal/static/drafting/typing.js";

const SAVED = "saved";
const THEIRS = { op: "set", path: "goals", base: SAVED, new: "theirs" };

let form;
let queue;
let savedTexts;
let remoteChanges;
let shown;
let sent;

/** A cell of the form that is also the form: events on it have it as their target. */
function cell() {
  const found = new EventTarget();
  const classList = { contains: (name) => name === "cell", add() {}, remove() {} };
  return Object.assign(found, {
    name: "goals",
    value: SAVED,
    classList,
    closest: () => ({ classList }),
    querySelectorAll: () => [],
  });
}

function inputEvent(isComposing = false) {
  return Object.assign(new Event("input"), { isComposing });
}

beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { querySelector: () => null });
  globalThis.setTimeout = () => 0; // the pause after typing never ends
  form = cell();
  queue = new ChangeQueue(1);
  savedTexts = new SavedTexts();
  savedTexts.set("goals", SAVED);
  shown = [];
  sent = 0;
  const fields = {
    at: () => form,
    all: () => [form],
    show: (_, text) => shown.push(text),
    noteWritten() {},
  };
  const rows = { byId: () => null, numberAll() {}, arrange() {}, number() {} };
  remoteChanges = new RemoteChanges({ form, queue, fields, rows, savedTexts });
  const outbox = { send: () => (sent += 1) };
  const rowActions = { runKey: () => false };
  new Typing({ form, queue, outbox, fields, savedTexts, rowActions, remoteChanges });
});

test("a colleague's text is shown in a field where nothing is composed", () => {
  remoteChanges.follow({ operations: [THEIRS], order: {} });
  assert.deepEqual(shown, ["theirs"]);
  assert.equal(savedTexts.at("goals"), "theirs");
});

test("a colleague's text is not put over a composition, nor becomes its base", () => {
  form.dispatchEvent(new Event("compositionstart"));
  remoteChanges.follow({ operations: [THEIRS], order: {} });
  assert.deepEqual(shown, []);
  assert.equal(savedTexts.at("goals"), SAVED);
});

test("pinyin is recorded once it has become a text, over the text that stood there", () => {
  form.dispatchEvent(new Event("compositionstart"));
  form.value = "jing'fei";
  form.dispatchEvent(inputEvent(true));
  assert.equal(queue.size, 0);
  form.value = "经费";
  form.dispatchEvent(new Event("compositionend"));
  form.dispatchEvent(new Event("focusout"));
  assert.deepEqual(queue.operations, [{ op: "set", path: "goals", base: SAVED, new: "经费" }]);
  assert.equal(sent, 1);
  queue.startSending();
  queue.confirm();
  remoteChanges.follow({ operations: [THEIRS], order: {} });
  assert.deepEqual(shown, ["theirs"]);
});
