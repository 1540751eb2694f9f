/**
 * The status beside the buttons: saved, saving, or waiting, and why. Also marks the form while it
 * has unsaved changes, for unsaved_guard.js.
 */

const UNSUBMITTED = "form[data-keep][data-unsaved]"; // answers and explanations

export class StatusLine {
  #form;
  #outbox;
  #queue;
  #line = document.querySelector("[data-status]");
  #isOffline = false;
  #savedAt = "";

  constructor(form, outbox, queue) {
    this.#form = form;
    this.#outbox = outbox;
    this.#queue = queue;
    outbox.addEventListener("state", () => this.#show());
    outbox.addEventListener("saved", ({ detail }) => {
      this.#savedAt = detail;
      this.#show();
    });
    outbox.addEventListener("offline", () => this.#setOffline(true));
    outbox.addEventListener("online", () => this.#setOffline(false));
    outbox.addEventListener("refused", ({ detail }) => this.say(detail.message));
    document.addEventListener("htmx:error", () => this.say("连不上服务器，没有送出"));
  }

  /** Show a message until the next change of state. */
  say(text) {
    this.#savedAt = "";
    this.#line.textContent = text;
  }

  sayNothingToSave() {
    this.say(this.#unsubmitted() ? `各栏都已保存${this.#unsubmitted()}` : "没有改动，都已保存");
  }

  /** An answer or explanation is submitted by its own button. */
  #unsubmitted() {
    const forms = [...document.querySelectorAll(UNSUBMITTED)];
    const isKept = !forms.some((form) => form.matches("[data-unkept]"));
    const where = isKept ? "先存在这台电脑上" : "只在这个页面上";
    return forms.length ? `；另有 ${forms.length} 处答复或说明没有提交，${where}` : "";
  }

  #setOffline(isOffline) {
    this.#isOffline = isOffline;
    this.#show();
  }

  #show() {
    const isUnsaved = this.#queue.size > 0;
    this.#form.toggleAttribute("data-unsaved", isUnsaved);
    if (this.#outbox.isStopped) return;
    this.#line.classList.toggle("is-waiting", isUnsaved);
    const text = this.#text();
    if (text) this.#line.textContent = text;
  }

  /** The text for the current state; "" keeps the text shown. */
  #text() {
    const count = this.#queue.size;
    if (this.#isOffline && count && !this.#outbox.isKept) {
      return `连不上服务器，这台电脑也存不下：${count} 处改动只在这个页面上，恢复以前请不要关闭`;
    }
    if (this.#isOffline && count) {
      return `连不上服务器，${count} 处改动先存在这台电脑上，恢复后自动保存`;
    }
    if (this.#isOffline) return "连不上服务器，可以继续填写";
    if (this.#queue.hasHeld && !this.#queue.isBusy) return `${count} 处改动等你决定`;
    if (count) return "正在保存…";
    return this.#savedAt ? `已保存 ${this.#savedAt}${this.#unsubmitted()}` : "";
  }
}
