/** What the clipboard holds. Pure: functions of its HTML and its plain text. */

const TABLE_CELL = /<t[dh][\s>]/i;
const TWO_TABLE_CELLS = /<t[dh][\s>][^]*<t[dh][\s>]/i;
const NEEDS_QUOTES = /[\t\n]|""/;
const LONGEST_TEXT = 2_000_000;

/** Whether the clipboard has several cells; a single cell is pasted as plain text. */
export function isBlock(html, text) {
  if (TWO_TABLE_CELLS.test(html)) return true;
  return text.includes("\t") && text.length < LONGEST_TEXT && unquoted(text) === null;
}

/**
 * The text of a single cell of a spreadsheet, which puts a cell with line breaks into quotes and
 * doubles those inside, and ends each row with a line break. Any other text is unchanged.
 */
export function textOfCell(html, text) {
  if (isBlock(html, text) || (html && !TABLE_CELL.test(html))) return text;
  return unquoted(text) ?? (html ? text.replace(/\r?\n$/, "") : text);
}

/** The text in the quotes of a spreadsheet; null for a text without them. */
function unquoted(text) {
  const cell = text.trimEnd();
  const inner = cell.slice(1, -1);
  const hasQuotes = cell.length > 1 && cell.startsWith('"') && cell.endsWith('"');
  const isCell = NEEDS_QUOTES.test(inner) && !inner.replaceAll('""', "").includes('"');
  return hasQuotes && isCell ? inner.replaceAll('""', '"') : null;
}
