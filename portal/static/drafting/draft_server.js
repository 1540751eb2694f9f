/**
 * Requests of the edit page for its table, with the CSRF token of the session. Callers interpret
 * the answers.
 */

export class DraftServer {
  /** @param author id of the user who opened the page; it does not change with a later sign-in
   * @param capacity in which the page was opened (代办); the server refuses to act in another */
  constructor({ url, author, capacity, token }) {
    this.url = url;
    this.author = author;
    this.capacity = capacity;
    this.token = token;
  }

  /** Headers of every request with a JSON answer. */
  get headers() {
    const { token, capacity } = this;
    return { Accept: "application/json", "X-CSRFToken": token, "X-Capacity": capacity };
  }

  /** POST JSON to a path below the table's URL; rejects without network.
   * @param timeout milliseconds; undefined for a request that must outlive the page */
  post(name, body, { keepalive = false, timeout } = {}) {
    return fetch(`${this.url}/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...this.headers },
      keepalive,
      signal: timeout ? AbortSignal.timeout(timeout) : undefined,
      body: JSON.stringify(body),
    });
  }
}
