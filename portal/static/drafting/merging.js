/**
 * Decides how texts and row orders reported by the server combine with those on the screen. Pure:
 * it changes nothing.
 */

export const Merge = Object.freeze({
  IGNORE: "ignore", // the text here is newer, or the server will merge it
  REBASE: "rebase", // rebase the text being typed onto this text
  SHOW_BESIDE: "show beside", // the user has not resolved the conflict yet
  SHOW: "show",
});

/**
 * The action for a text that the server holds at `path`.
 *
 * @param composing path of the field with an active input method
 * @param isWaiting this page has an unsaved text for the same field
 * @param isHeld the field has an unresolved conflict
 * @param undone paths that the user's own undo restored
 */
export function mergeText(path, { composing = null, isWaiting, isHeld, undone = [] }) {
  if (path === composing) return Merge.IGNORE;
  if (isWaiting) return undone.includes(path) ? Merge.REBASE : Merge.IGNORE;
  return isHeld ? Merge.SHOW_BESIDE : Merge.SHOW;
}

/** Row order as listed by the server; a row that is not listed stays behind its neighbour. */
export function mergeOrder(shown, listed) {
  const order = listed.filter((id) => shown.includes(id));
  shown.forEach((id, index) => {
    if (!order.includes(id)) order.splice(order.indexOf(shown[index - 1]) + 1, 0, id);
  });
  return order;
}
