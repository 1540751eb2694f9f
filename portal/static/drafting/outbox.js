/**
 * Sends the queue, one request at a time, and tries again until the server has answered: the server
 * applies nothing twice. Knows neither fields nor rows; what an answer does to the screen is for
 * those who listen.
 *
 * Dispatches, with what is named in `detail`:
 *   state       something was recorded, sent, saved or put back
 *   answer      { answer, sent }: the server's answer, and the operations it answers
 *   saved       the time of the save, as text
 *   offline     the server cannot be reached; what waits is tried again
 *   online      it was reached
 *   refused     { message, isFinal }: after a final refusal nothing more is sent
 *   signed-out  the session ended; `resume` goes on after signing in again
 */

const RETRY_DELAYS = [2_000, 4_000, 8_000, 15_000];
const TIMEOUT = 30_000;
const TOO_MANY_REQUESTS = 429;
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

  /** Everything is sent, or waits for the network, when this resolves. */
  async flushed() {
    await this.send();
    while (this.#queue.isSending) {
      await new Promise((resolve) => this.addEventListener("state", resolve, { once: true }));
    }
  }

  /** Undo or redo; what is typed meanwhile waits. Resolves to the answer, or null if refused.
   * @param name "undo" or "redo" */
  async takeStep(name) {
    const known = this.#queue.version;
    this.#queue.pause();
    const answer = await this.#post(name, {}, { isStep: true });
    this.#queue.confirm();
    this.#takeIfNew(answer, known);
    this.#changed();
    this.send();
    return answer;
  }

  /** Tell the server that this page is open, and hear what others did. Resolves as `takeStep`. */
  async heartbeat() {
    const known = this.#queue.version;
    const answer = await this.#post("presence", {}, { isHeartbeat: true });
    this.#takeIfNew(answer, known);
    return answer;
  }

  /** Go on: the same person has signed in again. */
  resume() {
    this.#stopped = "";
    this.send();
  }

  /** Send nothing more: somebody else has signed in. */
  stop() {
    this.#stopped = "refused";
  }

  /** An answer that a save has overtaken is dropped: the save's own answer says more. */
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
      // No network, no server, or half an answer.
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
    this.#server.token = csrf; // to sign in with
    this.#stopped = "signed-out";
    this.#tell("signed-out");
  }

  /** A refused undo changes nothing; any other refusal concerns the table as a whole. */
  async #refused(response, isFinal) {
    const unreadable = { message: "没有保存，请稍候再试。" };
    const { message } = await response.json().catch(() => unreadable);
    if (isFinal) this.#stopped = "refused";
    this.#tell("refused", { message, isFinal: this.isStopped });
  }

  #changed() {
    this.#storage.keep(this.#queue.version, this.#queue.unsaved);
    this.#tell("state");
  }

  #tell(type, detail) {
    this.dispatchEvent(new OutboxEvent(type, detail));
  }
}

function isWorthRetrying(response) {
  // An answer that was ok and is here all the same could not be read.
  if (!response || response.ok) return true;
  return response.status >= 500 || response.status === TOO_MANY_REQUESTS;
}
