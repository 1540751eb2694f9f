/**
 * Unsaved changes in the browser's storage, so that they survive a crash: one entry per page,
 * found by the same user at the same table. left_behind.js decides what is offered.
 */

export class UnsavedStorage {
  #prefix;
  #key;
  #open;

  /** @param open returns the storage; called on each use, because mere access can throw */
  constructor({ author, url }, open = () => localStorage) {
    this.#prefix = `draft/${author}${url}/`;
    this.#key = this.#prefix + Math.random();
    this.#open = open;
  }

  keep(version, operations) {
    try {
      if (operations.length) {
        this.#open().setItem(this.#key, JSON.stringify({ at: Date.now(), version, operations }));
      } else {
        this.#open().removeItem(this.#key);
      }
    } catch {
      // The storage is full or disabled; the page still has everything in memory.
    }
  }

  /** Entries of earlier pages, oldest first: [{ key, at, version, operations }]. */
  leftBehind() {
    const storage = this.#open();
    return Object.keys(storage)
      .filter((key) => key.startsWith(this.#prefix) && key !== this.#key)
      .map((key) => ({ key, ...JSON.parse(storage.getItem(key)) }))
      .sort((one, other) => one.at - other.at);
  }

  drop(key) {
    this.#open().removeItem(key);
  }
}
