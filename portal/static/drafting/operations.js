/**
 * Queries on operations: the fields and rows that they concern. Pure: no page, no network.
 *
 * The format of an operation is the server's (portal/domain/changes.py):
 *   { op: "set", path, base, new }, { op: "insert", list, id, after }, { op: "move", id, after },
 *   { op: "delete", id }; a path is "goals", "budget/total" or "indicators/<row id>/level3".
 */

const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const ID_LENGTH = 8;

/** A new row id. crypto.randomUUID needs a secure context, which an intranet without TLS is not. */
export function newRowId() {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

export function isPathInRow(path, rowId) {
  return path.split("/")[1] === rowId;
}

export function concernsRow(operation, rowId) {
  return operation.id === rowId || (operation.path ? isPathInRow(operation.path, rowId) : false);
}

export function isSetOf(operation, path) {
  return operation.op === "set" && operation.path === path;
}
