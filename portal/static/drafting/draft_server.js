/**
 * Requests of the edit page to its table, with the CSRF token of the session. What an answer means
 * is decided by whoever asks.
 */

export class DraftServer {
  /** @param author id of the person whose page this is, whoever has signed in meanwhile */
  constructor({ url, author, token }) {
    this.url = url;
    this.author = author;
    this.token = token;
  }

  /** Of every request that is answered by JSON. */
  get headers() {
    return { Accept: "application/json", "X-CSRFToken": this.token };
  }

  /** POST JSON below the table's address; rejects without network.
   * @param timeout milliseconds; none for a request that must outlive the page */
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
