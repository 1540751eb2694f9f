/**
 * What an operation of a draft says about fields and rows. Pure: no page, no network.
 *
 * An operation is what the server takes and reports (portal/domain/changes.py):
 *   { op: "set", path, base, new }, { op: "insert", list, id, after }, { op: "move", id, after },
 *   { op: "delete", id }; a path is "goals", "budget/total" or "indicators/<row id>/level3".
 */

const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const ID_LENGTH = 8;

/** The id of a new row. Not crypto.randomUUID: an intranet without TLS is no secure context. */
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
