// What was typed and not yet acknowledged: kept in the browser's storage and sent in order, one request at a time.
// What got no answer is sent again as it was: the server applies nothing twice.
const RETRY = [2_000, 4_000, 8_000, 15_000];
const isOf = (operation, row) => operation.id === row || operation.path?.split("/")[1] === row;

export class Outbox extends EventTarget {
  #url; #prefix; #key; #tries = 0; #timer; #stopped = "";
  version;
  sending = null;
  batches = []; // [{operations, sealed, version, seen}]: one save each; only the last one that is not sealed takes more
  held = new Map(); // path → text that waits for a decision

  constructor({ url, author, version, token }) {
    super();
    [this.#url, this.author, this.token, this.version] = [url, author, token, version];
    this.#prefix = `draft/${author}${url}/`;
    this.#key = this.#prefix + Math.random();
    addEventListener("online", () => this.send());
  }

  get headers() { return { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token }; }
  get isBusy() { return Boolean(this.sending || this.batches.length); }
  get size() { return this.operations.length + this.held.size; }
  get operations() { return [this.sending, ...this.batches].filter(Boolean).flatMap((batch) => batch.operations); }
  waitsFor(path) { return this.operations.some((each) => each.path === path); }
  waitsForRow(id) { return this.operations.some((each) => isOf(each, id)) || [...this.held.keys()].some((path) => isOf({ path }, id)); }
  get isStopped() { return this.#stopped !== ""; }
  #tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  set(path, base, text) {
    const open = this.#open.operations;
    const last = this.operations.filter((each) => each.op === "set" && each.path === path).pop();
    const seen = last ? last.new : base;
    if (open.includes(last)) last.new = text; else if (text !== seen) open.push({ op: "set", path, base: seen, new: text });
    this.#keep();
  }

  push(...operations) { this.#open.operations.push(...operations); this.#keep(); }

  // As a step of its own; `version`: what was known when it was made, if that was earlier.
  step(operations, version) {
    this.#open.sealed = true;
    this.batches.push({ operations, sealed: true, version });
    this.#keep();
    return this.send();
  }

  hold(path, text) { this.held.set(path, text); this.#keep(); }
  release(path) { this.held.delete(path); this.#keep(); }

  // What a waiting text was typed over has changed.
  rebase(path, base) { this.operations.find((each) => each.path === path).base = base; this.#keep(); }

  // A row that goes takes along what waits for it; false where the server never heard of it.
  forget(id) {
    const birth = this.operations.find((each) => each.op === "insert" && each.id === id);
    const born = this.batches.some((batch) => !batch.tried && batch.operations.includes(birth));
    if (birth) this.operations.filter((each) => each.after === id).forEach((each) => { each.after = birth.after; });
    this.batches.forEach((batch) => { batch.operations = batch.operations.filter((each) => !isOf(each, id)); });
    [...this.held.keys()].filter((path) => isOf({ path }, id)).forEach((path) => this.held.delete(path));
    this.#keep();
    return !born;
  }

  get #open() {
    const last = this.batches.at(-1);
    if (last && !last.sealed) return last;
    this.batches.push({ operations: [], sealed: false, seen: this.version });
    return this.#open;
  }

  #keep() {
    const kept = [...this.operations, ...[...this.held].map(([path, text]) => ({ op: "set", path, base: "", new: text }))];
    try {
      if (kept.length) localStorage.setItem(this.#key, JSON.stringify({ at: Date.now(), version: this.version, operations: kept }));
      else localStorage.removeItem(this.#key);
    } catch { /* storage full or switched off: the page itself still holds everything */ }
    this.#tell("state");
  }

  // What earlier pages of this person left behind for this table.
  leftBehind() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix) && key !== this.#key)
      .map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) })).sort((one, other) => one.at - other.at);
  }

  drop(key) { localStorage.removeItem(key); }

  async send({ keepalive = false } = {}) {
    this.batches = this.batches.filter((batch) => batch.operations.length);
    if (this.#stopped === "signed-out" && !keepalive) this.#tell("signed-out");
    if (this.sending || this.#stopped || !this.batches.length) return;
    this.sending = this.batches.shift();
    this.sending.sealed = this.sending.tried = true;
    this.#tell("state");
    const { operations, version = this.version, seen } = this.sending;
    const answer = await this.#post("changes", { operations, version, seen }, keepalive);
    if (!answer) { this.batches.unshift(this.sending); this.sending = null; this.#keep(); return; }
    this.sending = null;
    this.#tries = 0;
    this.#took(answer, operations);
    this.#keep();
    if (this.batches.length) await this.send();
  }

  // Undo, redo and being here; null where it was refused.
  async ask(name, isQuiet = false) {
    const known = this.version;
    if (!isQuiet) this.sending = { operations: [] }; // what is typed meanwhile waits
    const answer = await this.#post(name, {}, false, isQuiet);
    if (!isQuiet) this.sending = null;
    if (answer && this.version === known && !this.sending) this.#took(answer, []);
    if (!isQuiet) { this.#keep(); this.send(); }
    return answer;
  }

  async flushed() {
    await this.send();
    while (this.sending) await new Promise((done) => this.addEventListener("state", done, { once: true }));
  }

  #took(answer, mine) {
    this.version = answer.version;
    this.#tell("answer", { answer, mine });
    if (answer.saved) this.#tell("saved", answer.saved);
  }

  async #post(name, body, keepalive, isQuiet = false) {
    clearTimeout(this.#timer);
    let response;
    try {
      response = await fetch(`${this.#url}/${name}`, { method: "POST", headers: this.headers, keepalive,
        signal: keepalive ? undefined : AbortSignal.timeout(30_000), body: JSON.stringify({ author: this.author, version: this.version, ...body }) });
      if (response.ok) { const answer = await response.json(); this.#tell("online"); return answer; }
    } catch { /* no network, no server, or half an answer */ }
    if (!response || response.ok || response.status >= 500 || response.status === 429) this.#later(isQuiet);
    else if (response.status === 401) {
      this.token = (await response.json().catch(() => ({}))).csrf; // to sign in with
      this.#stopped = "signed-out";
      this.#tell("signed-out");
    }
    else await this.#refused(response, name);
    return null;
  }

  #later(isQuiet) {
    this.#tell("offline");
    if (isQuiet && !this.isBusy) return;
    this.#timer = setTimeout(() => this.send(), RETRY[Math.min(this.#tries++, RETRY.length - 1)]);
  }

  async #refused(response, name) {
    const { message } = await response.json().catch(() => ({ message: "没有保存，请稍候再试。" }));
    if (name !== "undo" && name !== "redo") this.#stopped = "refused";
    this.#tell("refused", { message, isFinal: this.isStopped });
  }

  // Signed in again as the same person.
  goOn() { this.#stopped = ""; this.send(); }
  stop() { this.#stopped = "refused"; }
}
