import assert from "node:assert/strict";
import { test } from "node:test";

import { isBlock, textOfCell } from "../../portal/static/clipboard.js";

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

const CELL = "<table><tr><td>1</td></tr></table>";

test("a single cell with line breaks is pasted without the quotes of the spreadsheet", () => {
  for (const html of [CELL, ""]) {
    assert.equal(textOfCell(html, '"第一行\n第二行"\r\n'), "第一行\n第二行");
    assert.equal(textOfCell(html, '"所谓""三保""\r\n支出"'), '所谓"三保"\r\n支出');
    assert.equal(textOfCell(html, '"单位\t名称"'), "单位\t名称");
  }
});

test("a single cell without line breaks loses the line break that ends its row", () => {
  assert.equal(textOfCell(CELL, "补贴发放人数\r\n"), "补贴发放人数");
  assert.equal(textOfCell("", "补贴发放人数\n"), "补贴发放人数\n");
});

test("quotes that are part of a text stay", () => {
  assert.equal(textOfCell("", '"三保"'), '"三保"');
  assert.equal(textOfCell("", '"三保"\n"六稳"'), '"三保"\n"六稳"');
  assert.equal(textOfCell("<p>1</p>", '"第一行\n第二行"'), '"第一行\n第二行"');
  assert.equal(textOfCell("", '"'), '"');
});

test("several cells are not a single one", () => {
  assert.equal(textOfCell("", '"a\nb"\t2'), '"a\nb"\t2');
  assert.equal(textOfCell("<td>1</td><td>2</td>", '"a\nb"'), '"a\nb"');
});

test("a single quoted cell is no block, though it holds a tab", () => {
  assert.ok(!isBlock("", '"a\tb"'));
  assert.ok(isBlock("", '"a\tb"\t1'));
});
