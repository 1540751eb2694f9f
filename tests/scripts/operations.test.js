import assert from "node:assert/strict";
import { test } from "node:test";

import { concernsRow, newRowId } from "../../portal/static/drafting/operations.js";

test("an operation concerns the row that it names or writes in", () => {
  assert.ok(concernsRow({ op: "delete", id: "row" }, "row"));
  assert.ok(concernsRow({ op: "set", path: "indicators/row/level3" }, "row"));
  assert.ok(!concernsRow({ op: "set", path: "goals" }, "row"));
  assert.ok(!concernsRow({ op: "insert", id: "other", after: "row" }, "row"));
});

test("ids of new rows are short, plain and different", { skip: !globalThis.crypto }, () => {
  const ids = Array.from({ length: 100 }, newRowId);
  assert.equal(new Set(ids).size, 100);
  ids.forEach((id) => assert.match(id, /^[a-z2-9]{8}$/));
});
