/**
 * Shows on the page what others saved, and changes that were not typed (a pasted block, restored
 * changes), without moving focus or caret. merging.js decides about each text.
 */

import { Merge, mergeText } from "./merging.js";

const GOING = "going"; // class of a row that someone else deleted

export class RemoteChanges {
  #form;
  #queue;
  #fields;
  #rows;
  #savedTexts;
  #order = {}; // list → ids in the server's order, if not shown yet
  composing = null; // path of the field with an active input method
  showBeside; // (path, text) → shows a newer text of others at an unresolved conflict
  showReplaced; // (path, before, author) → tells that others replaced the user's own text

  constructor({ form, queue, fields, rows, savedTexts }) {
    this.#form = form;
    this.#queue = queue;
    this.#fields = fields;
    this.#rows = rows;
    this.#savedTexts = savedTexts;
  }

  /** Apply an answer of the server. `undone` is set in answers to undo and redo. */
  follow({ operations, authors = {}, order, undone }) {
    const apply = (operation) => this.#applyRemote(operation, authors[operation.path], undone);
    this.#applyAll(operations, apply);
    Object.assign(this.#order, order);
    // While own moves are unsaved, do not show the server's order.
    if (!this.#queue.isBusy || undone) {
      Object.entries(this.#order).forEach(([list, ids]) => this.#rows.arrange(list, ids));
      this.forgetOrder();
    }
    this.#removeGoingRows();
  }

  /** Show unsaved operations as if typed here; the known server texts do not change. */
  showUnsaved(operations) {
    this.#savedTexts.keepDuring(() => {
      this.#applyAll(operations, (operation) => this.#applyUnsaved(operation));
    });
  }

  /** Drop the server's earlier order after the user moved a row. */
  forgetOrder() {
    this.#order = {};
  }

  /** Update numbers and heights once for all rows. */
  #applyAll(operations, apply) {
    if (!operations.length) return;
    operations.forEach(apply);
    this.#rows.numberAll();
    document.dispatchEvent(new Event("grow"));
  }

  #applyRemote(operation, author, undone) {
    this.#applyToRow(operation, { removes: Boolean(undone) });
    if (operation.op !== "set") return;
    const { path } = operation;
    this.#applyText(operation, {
      composing: this.composing,
      isWaiting: this.#queue.waitsForField(path),
      isHeld: this.#queue.isHeld(path),
      author,
      undone,
    });
  }

  #applyUnsaved(operation) {
    this.#applyToRow(operation, { removes: true });
    if (operation.op !== "set") return;
    this.#applyText(operation, { composing: this.composing, isWaiting: false, isHeld: false });
  }

  #applyToRow({ op, id, list, after }, { removes }) {
    const row = this.#rows.byId(id ?? "");
    if (op === "insert" && !row) this.#rows.insert(list, id, after);
    else if (row && op === "delete" && removes) this.#rows.remove(row);
    else row?.classList.toggle(GOING, op === "delete");
  }

  #applyText({ path, new: text }, situation) {
    const merge = mergeText(path, situation);
    if (merge === Merge.REBASE) this.#queue.rebase(path, text);
    if (merge === Merge.IGNORE || merge === Merge.REBASE) return;
    this.#savedTexts.set(path, text);
    if (merge === Merge.SHOW_BESIDE) this.showBeside(path, text);
    else this.#show(path, text, situation);
  }

  #show(path, text, { author, undone = [] }) {
    const field = this.#fields.at(path);
    const before = field?.value.trim();
    if (!field || before === text) return;
    this.#fields.show(field, text);
    // What this user undid is not news.
    if (author && this.#fields.isOwn(field) && !undone.includes(path)) {
      this.showReplaced(path, before, author);
    } else field.classList.add("just-changed");
  }

  /** Keep a row deleted by someone else while it has focus or unsaved input. */
  #removeGoingRows() {
    this.#form.querySelectorAll(`tr.${GOING}`).forEach((row) => {
      if (this.#isInUse(row)) return;
      const list = row.parentElement.dataset.rows;
      this.#rows.remove(row);
      this.#rows.number(list);
    });
  }

  #isInUse(row) {
    return (
      row.contains(document.activeElement) ||
      this.#queue.waitsForRow(row.dataset.row) ||
      hasUnsavedForm(row)
    );
  }
}

/** Whether another form with fields in the row, for instance an answer, has unsaved input. */
function hasUnsavedForm(row) {
  const fields = [...row.querySelectorAll("[form]")];
  return fields.some((field) => field.form?.matches("[data-unsaved]"));
}
