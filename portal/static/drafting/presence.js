/**
 * Reports to the server that this page is open, gets the changes of others, and shows who else has
 * the table open. remote_changes.js shows the changes.
 */

const INTERVAL = 10_000;

export class Presence {
  #queue;
  #outbox;
  #server;
  #remoteChanges;
  #company = document.querySelector("[data-company]");

  constructor({ queue, outbox, server, remoteChanges }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#server = server;
    this.#remoteChanges = remoteChanges;
    setInterval(() => this.beat(), INTERVAL);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.beat();
    });
    addEventListener("pagehide", () => this.#leave());
  }

  async beat() {
    if (document.hidden || this.#isOccupied) return;
    const answer = await this.#outbox.heartbeat();
    if (answer) this.#show(answer.people);
  }

  /** Skip a heartbeat if a save will bring the same changes, or while an input method is active. */
  get #isOccupied() {
    return this.#queue.isBusy || this.#outbox.isStopped || this.#remoteChanges.composing;
  }

  #show(names) {
    const isAlone = names.length === 0;
    this.#company.textContent = isAlone ? "" : `同时打开这张表的还有：${names.join("、")}`;
  }

  #leave() {
    this.#server.post("leave", {}, { keepalive: true }).catch(() => {
      // The server forgets a page that sends no heartbeat.
    });
  }
}
