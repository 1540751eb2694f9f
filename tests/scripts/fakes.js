/** What stands in for the server and the browser's storage in these tests. */

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

/** Like localStorage: its entries are its own enumerable properties. */
export class FakeStorage {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, text) {
    this[key] = text;
  }

  removeItem(key) {
    delete this[key];
  }
}

/** All promises that can go on without the test have gone on. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
