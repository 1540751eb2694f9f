/**
 * The differences between two texts while one of them is typed: [[op, text]], op equal, delete or
 * insert. Numbers are not split, and short equal runs count as changed, as on the server
 * (portal/domain/text_differences.py), whose comparison is the one that is shown afterwards. Pure.
 */

const TOKENS = /[0-9A-Za-z.%]+|\s+|./gsu;
const MOST_CELLS = 1_000_000;
const SHORTEST_RUN = 3;

export function differences(before, after) {
  const [a, b] = [before.match(TOKENS) ?? [], after.match(TOKENS) ?? []];
  const start = commonLength(a, b, (tokens, n) => tokens[n]);
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const end = commonLength(restA, restB, (tokens, n) => tokens[tokens.length - 1 - n]);
  const innerA = restA.slice(0, restA.length - end);
  const innerB = restB.slice(0, restB.length - end);
  return joined(
    withoutShortRuns(
      joined([
        ["equal", a.slice(0, start).join("")],
        ...edits(innerA, innerB),
        ["equal", restA.slice(restA.length - end).join("")],
      ]),
    ),
  );
}

function commonLength(a, b, tokenAt) {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && tokenAt(a, n) === tokenAt(b, n)) n += 1;
  return n;
}

/** Along a longest common subsequence, from its end; texts too long for that are shown whole. */
function edits(a, b) {
  if (a.length * b.length > MOST_CELLS) {
    return [
      ["delete", a.join("")],
      ["insert", b.join("")],
    ];
  }
  const width = b.length + 1;
  const lengths = lengthsOf(a, b, width);
  const found = [];
  let [x, y] = [a.length, b.length];
  while (x || y) {
    const here = x * width + y;
    if (x && y && a[x - 1] === b[y - 1]) {
      found.push(["equal", a[x - 1]]);
      [x, y] = [x - 1, y - 1];
    } else if (y && (!x || lengths[here - 1] >= lengths[here - width])) {
      y -= 1;
      found.push(["insert", b[y]]);
    } else {
      x -= 1;
      found.push(["delete", a[x]]);
    }
  }
  return found.reverse();
}

/** Lengths of the longest common subsequence of each beginning of `a` and each of `b`. */
function lengthsOf(a, b, width) {
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let x = 1; x <= a.length; x += 1) {
    for (let y = 1; y <= b.length; y += 1) {
      const here = x * width + y;
      lengths[here] =
        a[x - 1] === b[y - 1]
          ? lengths[here - width - 1] + 1
          : Math.max(lengths[here - width], lengths[here - 1]);
    }
  }
  return lengths;
}

function withoutShortRuns(found) {
  return found.flatMap(([op, text], n) => {
    const isBetween = n > 0 && n < found.length - 1;
    if (op !== "equal" || !isBetween || text.length >= SHORTEST_RUN) return [[op, text]];
    return [
      ["delete", text],
      ["insert", text],
    ];
  });
}

/** Neighbours joined; within a change everything deleted stands before everything inserted. */
function joined(found) {
  const runs = [];
  for (const [op, text] of found) {
    if (!text) continue;
    const isEqual = op === "equal";
    if (runs.at(-1)?.isEqual !== isEqual) runs.push({ isEqual, equal: "", delete: "", insert: "" });
    runs.at(-1)[op] += text;
  }
  return runs.flatMap((run) =>
    ["equal", "delete", "insert"].filter((op) => run[op]).map((op) => [op, run[op]]),
  );
}
