/**
 * Sends the queue, one request at a time, and retries until the server has answered; the server
 * applies no batch twice. Knows no fields and rows; listeners update the page.
 *
 * Dispatches, with these properties in `detail`:
 *   state       something was recorded, sent, saved, put back or kept on the disk
 *   answer      { answer, sent }: the server's answer, and the operations that it answers
 *   saved       the time of the save, as text
 *   offline     the server cannot be reached; the outbox retries
 *   online      the server was reached
 *   refused     { message, isFinal }: after a final refusal the outbox sends nothing more
 *   signed-out  the session ended; call `resume` after signing in again
 */

const RETRY_DELAYS = [2_000, 4_000, 8_000, 15_000];
const TIMEOUT = 30_000;
const WORTH_RETRYING = [408, 429]; // the line was too slow, or there were too many requests
const UNAUTHORIZED = 401;

class OutboxEvent extends Event {
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

export class Outbox extends EventTarget {
  #queue;
  #server;
  #storage;
  #retryDelays;
  #failureCount = 0;
  #timer;
  #stopped = ""; // or "refused" or "signed-out"
  isKept = false; // whether this computer's disk has the unsaved changes

  constructor({ queue, server, storage, retryDelays = RETRY_DELAYS }) {
    super();
    this.#queue = queue;
    this.#server = server;
    this.#storage = storage;
    this.#retryDelays = retryDelays;
    queue.addEventListener("change", () => this.#changed());
  }

  get isStopped() {
    return this.#stopped !== "";
  }

  async send({ keepalive = false } = {}) {
    if (this.#stopped === "signed-out" && !keepalive) this.#tell("signed-out");
    if (this.isStopped) return;
    const batch = this.#queue.startSending();
    if (!batch) return;
    this.#tell("state");
    const { operations, version = this.#queue.version, seen } = batch;
    const answer = await this.#post("changes", { operations, version, seen }, { keepalive });
    if (!answer) {
      this.#queue.putBack();
      this.#changed();
      return;
    }
    this.#queue.confirm();
    this.#failureCount = 0;
    this.#take(answer, operations);
    this.#changed();
    await this.send();
  }

  /** Resolves when everything is sent or waits for the network. */
  async flushed() {
    await this.send();
    while (this.#queue.isSending) {
      await new Promise((resolve) => this.addEventListener("state", resolve, { once: true }));
    }
  }

  /** Undo, redo or correct; new input waits for it. Resolves to the answer, or null if refused.
   * @param name "undo", "redo" or "correct" */
  async takeStep(name, body = {}) {
    const known = this.#queue.version;
    this.#queue.pause();
    const answer = await this.#post(name, body, { isStep: true });
    this.#queue.confirm();
    this.#takeIfNew(answer, known);
    this.#changed();
    this.send();
    return answer;
  }

  /** Report that this page is open and get the changes of others. Resolves as `takeStep`. */
  async heartbeat() {
    const known = this.#queue.version;
    const answer = await this.#post("presence", {}, { isHeartbeat: true });
    this.#takeIfNew(answer, known);
    return answer;
  }

  /** Continue after the same user signed in again, or after the table came back to the office. */
  resume() {
    this.#stopped = "";
    this.send();
  }

  /** Send nothing: the table cannot be edited now, or another user signed in. */
  stop() {
    this.#stopped = "refused";
  }

  /** Drops the answer if a save was answered meanwhile: that answer is newer. */
  #takeIfNew(answer, known) {
    if (answer && this.#queue.version === known && !this.#queue.isSending) this.#take(answer, []);
  }

  #take(answer, sent) {
    this.#queue.version = answer.version;
    this.#tell("answer", { answer, sent });
    if (answer.saved) this.#tell("saved", answer.saved);
  }

  async #post(name, body, { keepalive = false, isStep = false, isHeartbeat = false } = {}) {
    clearTimeout(this.#timer);
    const whole = { author: this.#server.author, version: this.#queue.version, ...body };
    let response;
    try {
      const timeout = keepalive ? undefined : TIMEOUT;
      response = await this.#server.post(name, whole, { keepalive, timeout });
      if (response.ok) {
        const answer = await response.json();
        this.#tell("online");
        return answer;
      }
    } catch {
      // No network, no server, or an incomplete answer.
    }
    if (isWorthRetrying(response)) this.#retryLater(isHeartbeat);
    else if (response.status === UNAUTHORIZED) await this.#signedOut(response);
    else await this.#refused(response, !isStep);
    return null;
  }

  #retryLater(isHeartbeat) {
    this.#tell("offline");
    if (isHeartbeat && !this.#queue.isBusy) return;
    const delay = this.#retryDelays[Math.min(this.#failureCount, this.#retryDelays.length - 1)];
    this.#failureCount += 1;
    this.#timer = setTimeout(() => this.send(), delay);
  }

  async #signedOut(response) {
    const { csrf } = await response.json().catch(() => ({}));
    this.#server.token = csrf; // for the sign-in request
    this.#stopped = "signed-out";
    this.#tell("signed-out");
  }

  /** A refused undo changes nothing; any other refusal concerns the whole table. */
  async #refused(response, isFinal) {
    const unreadable = { message: "没有保存，请稍候再试。" };
    const { message } = await response.json().catch(() => unreadable);
    if (isFinal) this.#stopped = "refused";
    this.#tell("refused", { message, isFinal: this.isStopped });
  }

  async #changed() {
    const keeping = this.#storage.keep(this.#queue.version, this.#queue.unsaved);
    this.#tell("state");
    const isKept = await keeping;
    if (isKept === this.isKept) return;
    this.isKept = isKept;
    this.#tell("state");
  }

  #tell(type, detail) {
    this.dispatchEvent(new OutboxEvent(type, detail));
  }
}

function isWorthRetrying(response) {
  // A response with an ok status gets here only if its body could not be parsed.
  if (!response || response.ok) return true;
  return response.status >= 500 || WORTH_RETRYING.includes(response.status);
}
