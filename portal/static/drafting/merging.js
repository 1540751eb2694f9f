/**
 * How what the server reports goes together with what is on the screen. Pure: decides, shows
 * nothing.
 */

export const Merge = Object.freeze({
  IGNORE: "ignore", // what is typed here is newer, and else for the server to merge
  REBASE: "rebase", // what is typed here goes on from this text
  SHOW_BESIDE: "show beside", // the person has yet to decide between two texts
  SHOW: "show",
});

/**
 * What becomes of a text that the server holds at `path`.
 *
 * @param composing path of the field in which an input method is at work
 * @param isWaiting an unsaved text of this page waits for the same field
 * @param isHeld the person is asked which text is to stand
 * @param undone paths that this person's own undo has just restored
 */
export function mergeText(path, { composing = null, isWaiting, isHeld, undone = [] }) {
  if (path === composing) return Merge.IGNORE;
  if (isWaiting) return undone.includes(path) ? Merge.REBASE : Merge.IGNORE;
  return isHeld ? Merge.SHOW_BESIDE : Merge.SHOW;
}

/** The order of rows as the server lists them; one it does not list stays behind its neighbour. */
export function mergeOrder(shown, listed) {
  const order = listed.filter((id) => shown.includes(id));
  shown.forEach((id, index) => {
    if (!order.includes(id)) order.splice(order.indexOf(shown[index - 1]) + 1, 0, id);
  });
  return order;
}
