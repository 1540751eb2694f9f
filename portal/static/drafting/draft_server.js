/**
 * Requests of the edit page for its table, with the CSRF token of the session. Callers interpret
 * the answers.
 */

export class DraftServer {
  /** @param author id of the user who opened the page; it does not change with a later sign-in */
  constructor({ url, author, token }) {
    this.url = url;
    this.author = author;
    this.token = token;
  }

  /** Headers of every request with a JSON answer. */
  get headers() {
    return { Accept: "application/json", "X-CSRFToken": this.token };
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
