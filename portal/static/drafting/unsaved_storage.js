/**
 * Unsaved changes on this computer's disk, so that they survive a crash: one entry per page, found
 * by the same user at the same table. left_behind.js decides what is offered.
 */

export class UnsavedStorage {
  #prefix;
  #key;
  #store;
  #hasEntry = false;

  constructor({ author, url }, store) {
    this.#prefix = `draft/${author}${url}/`;
    this.#key = this.#prefix + Math.random();
    this.#store = store;
  }

  /** Resolves to whether the operations are on the disk; false where the browser refuses. */
  async keep(version, operations) {
    try {
      if (operations.length) {
        this.#hasEntry = true;
        await this.#store.put(this.#key, { at: Date.now(), version, operations });
      } else if (this.#hasEntry) {
        this.#hasEntry = false;
        await this.#store.delete(this.#key);
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Entries of earlier pages, oldest first: [{ key, at, version, operations }]. */
  async leftBehind() {
    const entries = await this.#store.entries(this.#prefix);
    return entries
      .filter(([key]) => key !== this.#key)
      .map(([key, entry]) => ({ key, ...entry }))
      .sort((one, other) => one.at - other.at);
  }

  async drop(key) {
    await this.#store.delete(key);
  }
}
