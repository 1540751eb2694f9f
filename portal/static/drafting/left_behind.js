/** Whether unsaved changes of an earlier page still differ from the text shown. Pure. */

/**
 * @param textAt (path) → the text shown in that field, undefined without such a field
 * @param hasRow (id) → whether that row is shown
 */
export function isNews(operations, textAt, hasRow) {
  const isShown = ({ op, path, new: text, id }) => {
    if (op === "set") return textAt(path)?.trim() === text.trim();
    return op === "insert" && hasRow(id);
  };
  const isOverwritten = (path, index) =>
    Boolean(path) && operations.slice(index + 1).some((later) => later.path === path);
  return !operations.every(
    (operation, index) => isShown(operation) || isOverwritten(operation.path, index),
  );
}
