import assert from "node:assert/strict";
import { test } from "node:test";

import { isBlock } from "../../portal/static/drafting/clipboard.js";

test("two cells of a table are a block, in HTML or as text", () => {
  assert.ok(isBlock('<TABLE><tr><TD class="a">1</TD>\n<td>2</td></tr></TABLE>', ""));
  assert.ok(isBlock("<table><th>1</th><td>2</td></table>", ""));
  assert.ok(isBlock("", "1\t2"));
});

test("a cell alone and prose are pasted as any text", () => {
  assert.ok(!isBlock("<table><tr><td>1</td></tr></table>", "1"));
  assert.ok(!isBlock("<p>1</p><thead><tdata>", "1\n2"));
});

test("text that no table is as long as is not sent to the server", () => {
  assert.ok(!isBlock("", "\t".repeat(2_000_000)));
});
