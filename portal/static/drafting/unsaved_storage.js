/**
 * The unsaved changes of a page in the browser's storage, so that they outlive a crash: one entry
 * for each page, found again by the same person at the same table. What is offered of them is
 * decided in left_behind.js.
 */

export class UnsavedStorage {
  #prefix;
  #key;
  #open;

  /** @param open gives the storage; called at each use, since access alone can be refused */
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
      // Storage is full or switched off: the page itself still holds everything.
    }
  }

  /** What earlier pages left, oldest first: [{ key, at, version, operations }]. */
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
