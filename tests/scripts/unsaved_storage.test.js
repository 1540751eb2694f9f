import assert from "node:assert/strict";
import { test } from "node:test";

import { isNews } from "../../portal/static/drafting/left_behind.js";
import { UnsavedStorage } from "../../portal/static/drafting/unsaved_storage.js";
import { FakeStorage } from "./fakes.js";

const TABLE = { author: 7, url: "/tables/1" };
const CHANGE = { op: "set", path: "goals", base: "old", new: "new" };
const INSERTION = { op: "insert", list: "indicators", id: "row", after: "" };

test("a later page of the same person finds what an earlier one left, oldest first", (context) => {
  const browser = new FakeStorage();
  const now = context.mock.method(Date, "now");
  const [first, second] = [1, 2].map(() => new UnsavedStorage(TABLE, () => browser));
  now.mock.mockImplementation(() => 2000);
  second.keep(2, [CHANGE]);
  now.mock.mockImplementation(() => 1000);
  first.keep(1, [INSERTION]);
  const left = new UnsavedStorage(TABLE, () => browser).leftBehind();
  assert.deepEqual(
    left.map(({ at, version, operations }) => [at, version, operations]),
    [
      [1000, 1, [INSERTION]],
      [2000, 2, [CHANGE]],
    ],
  );
});

test("a page does not find its own changes, nor those of others or of another table", () => {
  const browser = new FakeStorage();
  const open = () => browser;
  const own = new UnsavedStorage(TABLE, open);
  own.keep(1, [CHANGE]);
  new UnsavedStorage({ ...TABLE, author: 8 }, open).keep(1, [CHANGE]);
  new UnsavedStorage({ ...TABLE, url: "/tables/11" }, open).keep(1, [CHANGE]);
  assert.deepEqual(own.leftBehind(), []);
});

test("what is saved, and what is dropped, is gone from the store", () => {
  const browser = new FakeStorage();
  const page = new UnsavedStorage(TABLE, () => browser);
  page.keep(1, [CHANGE]);
  page.keep(2, []);
  assert.deepEqual(Object.keys(browser), []);
  page.keep(1, [CHANGE]);
  const later = new UnsavedStorage(TABLE, () => browser);
  later.drop(later.leftBehind()[0].key);
  assert.deepEqual(Object.keys(browser), []);
});

test("a browser without storage goes on without it", () => {
  const refuse = () => {
    throw new Error("SecurityError");
  };
  assert.doesNotThrow(() => new UnsavedStorage(TABLE, refuse).keep(1, [CHANGE]));
});

test("a change is news until the page shows it", () => {
  assert.ok(
    isNews(
      [CHANGE],
      () => "old",
      () => false,
    ),
  );
  assert.ok(
    !isNews(
      [CHANGE],
      () => " new\n",
      () => false,
    ),
  );
  assert.ok(
    isNews(
      [CHANGE],
      () => undefined,
      () => false,
    ),
  );
  assert.ok(
    isNews(
      [INSERTION],
      () => "",
      () => false,
    ),
  );
  assert.ok(
    !isNews(
      [INSERTION],
      () => "",
      () => true,
    ),
  );
  assert.ok(
    isNews(
      [{ op: "delete", id: "row" }],
      () => "",
      () => true,
    ),
  );
});

test("of several texts for a field only the last is news", () => {
  const last = { ...CHANGE, new: "newest" };
  assert.ok(
    !isNews(
      [CHANGE, last],
      () => "newest",
      () => false,
    ),
  );
  assert.ok(
    isNews(
      [CHANGE, last],
      () => "new",
      () => false,
    ),
  );
});
