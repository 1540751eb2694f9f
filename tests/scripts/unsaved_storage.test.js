import assert from "node:assert/strict";
import { test } from "node:test";

import { isNews } from "../../portal/static/drafting/left_behind.js";
import { UnsavedStorage } from "../../portal/static/drafting/unsaved_storage.js";
import { FakeDisk } from "./fakes.js";

const TABLE = { author: 7, url: "/tables/1" };
const CHANGE = { op: "set", path: "goals", base: "old", new: "new" };
const INSERTION = { op: "insert", list: "indicators", id: "row", after: "" };

test("a later page of the same person finds what earlier ones left", async (context) => {
  const disk = new FakeDisk();
  const now = context.mock.method(Date, "now");
  const [first, second] = [1, 2].map(() => new UnsavedStorage(TABLE, disk));
  now.mock.mockImplementation(() => 2000);
  await second.keep(2, [CHANGE]);
  now.mock.mockImplementation(() => 1000);
  await first.keep(1, [INSERTION]);
  const left = await new UnsavedStorage(TABLE, disk).leftBehind();
  assert.deepEqual(
    left.map(({ at, version, operations }) => [at, version, operations]),
    [
      [1000, 1, [INSERTION]],
      [2000, 2, [CHANGE]],
    ],
  );
});

test("a page does not find its own changes, nor those of others or of another table", async () => {
  const disk = new FakeDisk();
  const own = new UnsavedStorage(TABLE, disk);
  await own.keep(1, [CHANGE]);
  await new UnsavedStorage({ ...TABLE, author: 8 }, disk).keep(1, [CHANGE]);
  await new UnsavedStorage({ ...TABLE, url: "/tables/11" }, disk).keep(1, [CHANGE]);
  assert.deepEqual(await own.leftBehind(), []);
});

test("what is saved, and what is dropped, is gone from the disk", async () => {
  const disk = new FakeDisk();
  const page = new UnsavedStorage(TABLE, disk);
  await page.keep(1, [CHANGE]);
  await page.keep(2, []);
  assert.equal(disk.texts.size, 0);
  await page.keep(1, [CHANGE]);
  const later = new UnsavedStorage(TABLE, disk);
  const [{ key }] = await later.leftBehind();
  await later.drop(key);
  assert.equal(disk.texts.size, 0);
});

test("keeping tells whether the disk took it", async () => {
  const disk = new FakeDisk();
  const page = new UnsavedStorage(TABLE, disk);
  disk.isFull = true;
  assert.equal(await page.keep(1, [CHANGE]), false);
  disk.isFull = false;
  assert.equal(await page.keep(1, [CHANGE]), true);
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
