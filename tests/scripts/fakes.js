/** What stands in for the server and the browser's database in these tests. */

/** A server whose answers are given by the test, one after another. */
export class FakeServer {
  author = 7;
  url = "/tables/1";
  token = "first";
  requests = [];
  #waiting = [];

  /** Called by the outbox; settled by `answer` or `fail`, in the order of the requests. */
  post(name, body) {
    this.requests.push({ name, body });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async answer(body, status = 200) {
    this.#waiting.shift().resolve(new Response(JSON.stringify(body), { status }));
    await settled();
  }

  async answerUnreadably() {
    this.#waiting.shift().resolve(new Response("<html>"));
    await settled();
  }

  async fail() {
    this.#waiting.shift().reject(new TypeError("Failed to fetch"));
    await settled();
  }
}

/** Like DiskStore, in memory; refuses every call while it is full. */
export class FakeDisk {
  texts = new Map();
  isFull = false;

  async put(key, value) {
    this.#check();
    this.texts.set(key, structuredClone(value));
  }

  async delete(key) {
    this.#check();
    this.texts.delete(key);
  }

  async entries(prefix) {
    this.#check();
    return [...this.texts].filter(([key]) => key.startsWith(prefix));
  }

  #check() {
    if (this.isFull) throw new DOMException("", "QuotaExceededError");
  }
}

/** All promises that can go on without the test have gone on. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
