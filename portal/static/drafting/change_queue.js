/**
 * The unsaved changes of this page: batches of operations in the order in which they were made,
 * and texts that are held back until the user resolves a conflict. Pure: no page, network or
 * storage.
 *
 * A batch becomes one save. Only the last batch accepts more operations, and only until it is
 * sealed. A batch that was sent is retried unchanged, because only its answer may have been lost.
 * Dispatches "change" when something is recorded; the outbox does the sending.
 */

import { concernsRow, isPathInRow, isSetOf } from "./operations.js";

export class ChangeQueue extends EventTarget {
  #batches = []; // [{ operations, isSealed, wasSent, version, seen }]
  #sending = null;
  #held = new Map(); // path → text

  /** @param version the latest server version that this page knows; the outbox updates it */
  constructor(version) {
    super();
    this.version = version;
  }

  get operations() {
    const batches = this.#sending ? [this.#sending, ...this.#batches] : this.#batches;
    return batches.flatMap((batch) => batch.operations);
  }

  /** Everything not saved yet; a held text is an operation without a base. */
  get unsaved() {
    const held = [...this.#held].map(([path, text]) => ({ op: "set", path, base: "", new: text }));
    return [...this.operations, ...held];
  }

  get size() {
    return this.operations.length + this.#held.size;
  }

  get isSending() {
    return this.#sending !== null;
  }

  get isBusy() {
    return this.isSending || this.#batches.length > 0;
  }

  get hasHeld() {
    return this.#held.size > 0;
  }

  isHeld(path) {
    return this.#held.has(path);
  }

  waitsForField(path) {
    return this.operations.some((operation) => operation.path === path);
  }

  waitsForRow(rowId) {
    return (
      this.operations.some((operation) => concernsRow(operation, rowId)) ||
      this.#heldPathsIn(rowId).length > 0
    );
  }

  /** Record the text of a field; `base`: the text that the server has. */
  set(path, base, text) {
    const last = this.operations.filter((operation) => isSetOf(operation, path)).at(-1);
    const seen = last ? last.new : base;
    if (last && this.#openBatch?.operations.includes(last)) {
      last.new = text;
    } else if (text !== seen) {
      this.#openedBatch().operations.push({ op: "set", path, base: seen, new: text });
    }
    this.#changed();
  }

  push(...operations) {
    this.#openedBatch().operations.push(...operations);
    this.#changed();
  }

  /** Record operations as a separate save, and so as a separate undoable step.
   * @param version the version that they were made on, if older than the current one
   * @param seen the version on the screen, for operations that the user chose there */
  addStep(operations, version, seen) {
    this.#batches.push({ operations, isSealed: true, wasSent: false, version, seen });
    this.#changed();
  }

  /** Do not send a text until the user resolves its conflict. */
  hold(path, text) {
    this.#held.set(path, text);
    this.#changed();
  }

  release(path) {
    this.#held.delete(path);
    this.#changed();
  }

  /** Rebase a waiting text: the text that it was typed over has changed. */
  rebase(path, base) {
    this.operations.find((operation) => operation.path === path).base = base;
    this.#changed();
  }

  /**
   * Drop all waiting operations of a deleted row. Returns whether the server may know the row, so
   * that the deletion must be sent.
   */
  forgetRow(rowId) {
    const insertion = this.operations.find(({ op, id }) => op === "insert" && id === rowId);
    const isUnknownToServer = this.#batches.some(
      (batch) => !batch.wasSent && batch.operations.includes(insertion),
    );
    if (insertion) {
      const followers = this.operations.filter(({ after }) => after === rowId);
      followers.forEach((operation) => (operation.after = insertion.after));
    }
    this.#batches.forEach((batch) => {
      batch.operations = batch.operations.filter((operation) => !concernsRow(operation, rowId));
    });
    this.#heldPathsIn(rowId).forEach((path) => this.#held.delete(path));
    this.#changed();
    return !isUnknownToServer;
  }

  // --- for the outbox ---------------------------------------------------------------------------

  /** The batch to send next; null where there is none or another batch is being sent. */
  startSending() {
    this.#dropEmptyBatches();
    if (this.isSending || !this.#batches.length) return null;
    const batch = this.#batches.shift();
    batch.isSealed = true;
    batch.wasSent = true;
    this.#sending = batch;
    return batch;
  }

  confirm() {
    this.#sending = null;
  }

  putBack() {
    this.#batches.unshift(this.#sending);
    this.#sending = null;
  }

  /** Hold new batches back until `confirm`, while an undo is being sent. */
  pause() {
    this.#sending = { operations: [] };
  }

  get #openBatch() {
    const last = this.#batches.at(-1);
    return last && !last.isSealed ? last : null;
  }

  #openedBatch() {
    if (!this.#openBatch) {
      this.#batches.push({ operations: [], isSealed: false, wasSent: false, seen: this.version });
    }
    return this.#openBatch;
  }

  #heldPathsIn(rowId) {
    return [...this.#held.keys()].filter((path) => isPathInRow(path, rowId));
  }

  #dropEmptyBatches() {
    this.#batches = this.#batches.filter((batch) => batch.operations.length);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
