/** Joins two texts of one field. Pure. */

const SENTENCES = /[^。；;！？\n]*[。；;！？\n]|[^。；;！？\n]+$/g;
const ENDED = { "\n": /\n$/, "；": /[。；;！？]$/ }; // by separator: nothing is needed between

/**
 * Both texts in one: sentences at the beginning and the end that both have stand once.
 * @param separator stands between the two: "\n" or "；"
 */
export function joined(mine, theirs, separator) {
  if (mine.includes(theirs)) return mine;
  if (theirs.includes(mine)) return theirs;
  const [a, b] = [theirs, mine].map((text) => text.match(SENTENCES) ?? []);
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = (sentences) => sentences.slice(start, sentences.length - end).join("");
  const between = ENDED[separator].test(middle(a)) || !middle(a) || !middle(b) ? "" : separator;
  const tail = a.slice(a.length - end).join("");
  return a.slice(0, start).join("") + middle(a) + between + middle(b) + tail;
}
