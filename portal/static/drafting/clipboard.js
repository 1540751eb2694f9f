/** Predicates on clipboard contents. Pure: functions of strings. */

const TWO_TABLE_CELLS = /<t[dh][\s>][^]*<t[dh][\s>]/i;
const LONGEST_TEXT = 2_000_000;

/** Whether the clipboard has several cells; a single cell is pasted as plain text. */
export function isBlock(html, text) {
  return TWO_TABLE_CELLS.test(html) || (text.includes("\t") && text.length < LONGEST_TEXT);
}
