/** What a clipboard holds. Pure: strings in, answer out. */

const TWO_TABLE_CELLS = /<t[dh][\s>][^]*<t[dh][\s>]/i;
const LONGEST_TEXT = 2_000_000;

/** Whether it is several cells; a cell alone is pasted as any text. */
export function isBlock(html, text) {
  return TWO_TABLE_CELLS.test(html) || (text.includes("\t") && text.length < LONGEST_TEXT);
}
