/**
 * Shows on the page what others saved, and what comes from elsewhere than the keyboard (a pasted
 * block, restored changes), without moving focus or caret. What becomes of a single text is decided
 * in merging.js.
 */

import { slug } from "./fields.js";
import { Merge, mergeText } from "./merging.js";

const GOING = "going"; // class of a row that somebody else deleted

export class RemoteChanges {
  #form;
  #queue;
  #fields;
  #rows;
  #savedTexts;
  #order = {}; // list → ids in the server's order, where it is not shown yet
  composing = null; // path of the field in which an input method is at work

  constructor({ form, queue, fields, rows, savedTexts }) {
    this.#form = form;
    this.#queue = queue;
    this.#fields = fields;
    this.#rows = rows;
    this.#savedTexts = savedTexts;
  }

  /** Follow an answer of the server. `undone` is there where it answers an undo or a redo. */
  follow({ operations, order, undone }) {
    this.#applyAll(operations, (operation) => this.#applyRemote(operation, undone));
    Object.assign(this.#order, order);
    // While own moves wait, the server's order is not yet the one to show.
    if (!this.#queue.isBusy || undone) {
      Object.entries(this.#order).forEach(([list, ids]) => this.#rows.arrange(list, ids));
      this.forgetOrder();
    }
    this.#removeGoingRows();
  }

  /** Show operations that are still to be saved as if made here: what the server holds stays. */
  showUnsaved(operations) {
    this.#savedTexts.keepDuring(() => {
      this.#applyAll(operations, (operation) => this.#applyUnsaved(operation));
    });
  }

  /** The person has moved a row: the server's earlier order is out of date. */
  forgetOrder() {
    this.#order = {};
  }

  /** Numbers and heights once, not row by row. */
  #applyAll(operations, apply) {
    if (!operations.length) return;
    operations.forEach(apply);
    this.#rows.numberAll();
    document.dispatchEvent(new Event("grow"));
  }

  #applyRemote(operation, undone) {
    this.#applyToRow(operation, { removes: Boolean(undone) });
    if (operation.op !== "set") return;
    const { path } = operation;
    this.#applyText(operation, {
      composing: this.composing,
      isWaiting: this.#queue.waitsForField(path),
      isHeld: this.#queue.isHeld(path),
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
    if (merge === Merge.SHOW_BESIDE) this.#showBeside(path, text);
    else this.#show(path, text);
  }

  #showBeside(path, text) {
    const theirs = document.querySelector(`#conflict-${slug(path)} blockquote`);
    if (theirs) theirs.textContent = text;
  }

  #show(path, text) {
    const field = this.#fields.at(path);
    if (!field || field.value.trim() === text) return;
    this.#fields.show(field, text);
    field.classList.add("just-changed");
  }

  /** A deleted row stays while the person stands in it or has written in it. */
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

/** Whether another form whose fields stand in the row, such as an answer, is half written. */
function hasUnsavedForm(row) {
  const fields = [...row.querySelectorAll("[form]")];
  return fields.some((field) => field.form?.matches("[data-unsaved]"));
}
