/**
 * Actions of the user on rows: by the buttons of a row (name="_row", value="<list>/<id>/<action>")
 * and by keys. The public methods have the names of the actions. They update the page and record
 * operations in the queue; the caller sends them.
 */

import { isCell } from "./fields.js";
import { newRowId } from "./operations.js";
import { cellsOf, listOf } from "./rows.js";

export class RowActions {
  #rows;
  #fields;
  #queue;
  #remoteChanges;
  onDeleted; // (position, id, isKnown) → tells the deletion; isKnown: it can be undone

  constructor({ rows, fields, queue, remoteChanges }) {
    this.#rows = rows;
    this.#fields = fields;
    this.#queue = queue;
    this.#remoteChanges = remoteChanges;
  }

  /** Perform the action of a row button. */
  run(value) {
    const [list, id, action] = value.split("/");
    const row = this.#rows.byId(id);
    if (action === "add") this.add(list);
    else if (action === "duplicate") this.duplicate(row);
    else if (action === "delete") this.delete(row);
    else if (action === "up") this.up(row);
    else this.down(row);
  }

  /**
   * Perform the action of a key pressed in a cell; returns whether the key has one. A key that is
   * held down moves on, but adds and deletes nothing more.
   */
  runKey({ target, key, ctrlKey, altKey, repeat }) {
    const row = target.closest?.("tr[data-row]");
    if (!row || !isCell(target)) return false;
    const column = cellsOf(row).indexOf(target);
    const direction = { ArrowUp: -1, ArrowDown: 1 }[key];
    const isAdding = ctrlKey && key === "Enter";
    const isDeleting = altKey && key === "Delete";
    const isDuplicating = altKey && key.toLowerCase() === "d";
    if (repeat && (isAdding || isDeleting || isDuplicating)) return true;
    if (isAdding) this.#addBehind(row);
    else if (isDeleting) this.delete(row);
    else if (isDuplicating) this.duplicate(row, column);
    else if (altKey && direction) this.#move(row, direction);
    else if (ctrlKey && direction) this.#step(row, column, direction);
    else return false;
    return true;
  }

  add(list) {
    const last = this.#rows.ofList(list).at(-1);
    this.#rows.focus(this.#insert(list, last?.dataset.row ?? ""));
  }

  duplicate(row, column = 0) {
    const copy = this.#insert(listOf(row), row.dataset.row);
    cellsOf(row).forEach((field) => {
      const path = field.name.replace(row.dataset.row, copy.dataset.row);
      this.#fields.type(path, field.value);
    });
    this.#rows.focus(copy, column);
  }

  delete(row) {
    const rows = this.#rows.beside(row);
    const index = rows.indexOf(row);
    const list = listOf(row);
    const column = cellsOf(row).indexOf(document.activeElement);
    const id = row.dataset.row;
    const isKnown = this.#queue.forgetRow(id);
    if (isKnown) this.#queue.addStep([{ op: "delete", id }], undefined, this.#queue.version);
    this.#rows.remove(row);
    this.#rows.number(list);
    this.#rows.focus(rows[index + 1] ?? rows[index - 1], column);
    this.onDeleted(index + 1, id, isKnown);
  }

  up(row) {
    this.#move(row, -1);
  }

  down(row) {
    this.#move(row, 1);
  }

  #addBehind(row) {
    this.#rows.focus(this.#insert(listOf(row), row.dataset.row));
  }

  #insert(list, after) {
    const id = newRowId();
    this.#queue.push({ op: "insert", list, id, after });
    const row = this.#rows.insert(list, id, after);
    this.#rows.number(list);
    return row;
  }

  #move(row, distance) {
    const rows = this.#rows.beside(row);
    const neighbour = rows[rows.indexOf(row) + distance];
    if (!neighbour) return;
    // Move the neighbour instead of this row, because moving an element loses its focus.
    if (distance < 0) row.after(neighbour);
    else row.before(neighbour);
    this.#remoteChanges.forgetOrder();
    const moved = this.#rows.beside(row);
    const above = moved[moved.indexOf(row) - 1];
    this.#queue.push({ op: "move", id: row.dataset.row, after: above?.dataset.row ?? "" });
    this.#rows.number(listOf(row));
    row.scrollIntoView({ block: "nearest" });
  }

  #step(row, column, distance) {
    const rows = this.#rows.beside(row);
    this.#rows.focus(rows[rows.indexOf(row) + distance], column);
  }
}
