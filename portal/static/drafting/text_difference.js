/** Marks the difference between two texts, and joins two texts. Pure: knows no page. */

const WORDS = /[0-9A-Za-z.%]+|\s+|./gsu; // a number is not split
const SENTENCES = /[^。；;！？\n]*[。；;！？\n]|[^。；;！？\n]+$/g;
const MOST_CELLS = 250_000; // of the table below; longer texts are marked as a whole

const marked = (kind, words) => (words.length ? [[kind, words.join("")]] : []);

/**
 * How `one` becomes `other`: [kind, text] with the kinds "equal", "delete" (only in `one`) and
 * "insert" (only in `other`).
 */
export function segments(one, other) {
  const [lead, a, b, tail] = trimmed(one.match(WORDS) ?? [], other.match(WORDS) ?? []);
  const isTooLong = a.length * b.length > MOST_CELLS;
  const middle = isTooLong ? [...marked("delete", a), ...marked("insert", b)] : walk(a, b);
  return merged([...marked("equal", lead), ...middle, ...marked("equal", tail)]);
}

/**
 * Both texts in one: sentences at the beginning and the end that both have stand once.
 * @param separator stands between the two if no sentence ends there
 */
export function joined(mine, theirs, separator) {
  if (mine.includes(theirs)) return mine;
  if (theirs.includes(mine)) return theirs;
  const sentences = [theirs.match(SENTENCES) ?? [], mine.match(SENTENCES) ?? []];
  const [lead, first, second, tail] = trimmed(...sentences).map((part) => part.join(""));
  const isEnded = /[。；;！？\n]$/.test(first) || !first || !second;
  return lead + first + (isEnded ? "" : separator) + second + tail;
}

/** The common beginning, what differs of each, and the common end. */
function trimmed(a, b) {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const until = (list) => list.length - end;
  return [a.slice(0, start), a.slice(start, until(a)), b.slice(start, until(b)), a.slice(until(a))];
}

/** By the longest common subsequence. */
function walk(a, b) {
  const lengths = lengthsOf(a, b);
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      found.push(["equal", a[i]]);
      i += 1;
      j += 1;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
      found.push(["delete", a[i]]);
      i += 1;
    } else {
      found.push(["insert", b[j]]);
      j += 1;
    }
  }
  return [...found, ...marked("delete", a.slice(i)), ...marked("insert", b.slice(j))];
}

/** lengths[i][j]: of the longest common subsequence of a from i and b from j. */
function lengthsOf(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const without = Math.max(lengths[i + 1][j], lengths[i][j + 1]);
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : without;
    }
  }
  return lengths;
}

function merged(found) {
  const result = [];
  found.forEach(([kind, text]) => {
    if (result.at(-1)?.[0] === kind) result.at(-1)[1] += text;
    else result.push([kind, text]);
  });
  return result;
}
