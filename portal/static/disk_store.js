/**
 * Texts that the server does not have yet, in the browser's database on this computer. Knows
 * nothing of forms and operations.
 *
 * IndexedDB and not localStorage, which Chromium writes to the disk up to a minute later and
 * without telling. Here a write is on the disk when its promise resolves; the promise rejects
 * where the browser has no room or no permission.
 */

const DATABASE = "kept";
const STORE = "texts";

export class DiskStore {
  #factory;
  #opening = null;

  /** @param factory returns an IDBFactory; called on each use, because mere access can throw */
  constructor(factory = () => indexedDB) {
    this.#factory = factory;
  }

  put(key, value) {
    return this.#write((store) => store.put(value, key));
  }

  delete(key) {
    return this.#write((store) => store.delete(key));
  }

  /** [[key, value]] of all keys with this prefix. */
  async entries(prefix) {
    const database = await this.#open();
    const store = database.transaction(STORE).objectStore(STORE);
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const reading = [store.getAllKeys(range), store.getAll(range)];
    const [keys, values] = await Promise.all(reading.map(resultOf));
    return keys.map((key, index) => [key, values[index]]);
  }

  async #write(act) {
    const database = await this.#open();
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      act(transaction.objectStore(STORE));
      transaction.commit(); // at once, because the page may be closing
    });
  }

  /** The open database; after a failure the next call tries again. */
  #open() {
    this.#opening ??= this.#connect().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #connect() {
    const request = this.#factory().open(DATABASE, 1);
    request.onupgradeneeded = () => adoptLocalStorage(request.result.createObjectStore(STORE));
    const database = await resultOf(request);
    database.onclose = () => (this.#opening = null); // the user cleared the browser's data
    return database;
  }
}

function resultOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Version 0.2.0 kept unsaved changes in localStorage, under keys with this prefix. */
function adoptLocalStorage(store, prefix = "draft/") {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .forEach((key) => store.put(JSON.parse(localStorage.getItem(key)), key));
  } catch {
    // No localStorage, or a text of something else under that key.
  }
}
