/**
 * A dialog to sign in again when the session has ended, so that typed text is not lost. If another
 * user signs in, this page closes; the text is stored for the user who typed it.
 */

const UNAUTHORIZED = 401;
const PAUSE = 1_000; // milliseconds without a key
const ONLY_HERE =
  "这个页面上有没有保存的文字，这台电脑又存不下；请写这些文字的人登录，保存以后再换人。";

export class SignInDialog {
  #outbox;
  #server;
  #statusLine;
  #dialog = document.querySelector("dialog[data-sign-in]");
  #form = this.#dialog.querySelector("form");
  #error = this.#dialog.querySelector("[data-error]");
  #wasOpened = false;
  #timer;
  #pressedAt = -PAUSE;
  #isComposing = false;

  constructor({ outbox, server, statusLine, presence }) {
    this.#outbox = outbox;
    this.#server = server;
    this.#statusLine = statusLine;
    outbox.addEventListener("signed-out", () => this.#openInPause());
    document.addEventListener("keydown", ({ timeStamp }) => (this.#pressedAt = timeStamp));
    document.addEventListener("compositionstart", () => (this.#isComposing = true));
    document.addEventListener("compositionend", () => (this.#isComposing = false));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A request of htmx got 401; a request of the outbox opens the dialog.
    document.addEventListener("htmx:response:error", ({ detail }) => {
      if (detail.ctx.response.status !== UNAUTHORIZED) return;
      presence.beat();
      outbox.send();
    });
  }

  /** What is being typed must not go on in the password field. */
  #openInPause() {
    this.#statusLine.say("登录已过期，没有保存");
    clearTimeout(this.#timer);
    const wait = this.#pressedAt + PAUSE - performance.now();
    if (wait <= 0 && !this.#isComposing) this.#open();
    else this.#timer = setTimeout(() => this.#openInPause(), Math.max(wait, PAUSE / 4));
  }

  #open() {
    // Do not reopen the dialog while a user who closed it is typing.
    const isTyping = document.activeElement.matches(".cell, textarea");
    if (!this.#outbox.isStopped || this.#dialog.open || (this.#wasOpened && isTyping)) return;
    this.#wasOpened = true;
    this.#dialog.showModal();
  }

  async #submit() {
    this.#error.textContent = "";
    try {
      const { user, csrf, message } = await this.#signIn();
      if (csrf) this.#server.token = csrf;
      if (message) this.#error.textContent = message;
      else if (user === this.#server.author) this.#resume(csrf);
      else if (this.#isAllKept()) this.#leave();
      else this.#error.textContent = ONLY_HERE;
    } catch {
      this.#error.textContent = "连不上服务器，请稍候再试。";
    }
  }

  async #signIn() {
    const response = await fetch(this.#form.action, {
      method: "POST",
      headers: this.#server.headers,
      body: new URLSearchParams(new FormData(this.#form)),
    });
    return response.json();
  }

  #resume(token) {
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => (input.value = token));
    document.getElementById("answer-trouble").replaceChildren();
    this.#statusLine.say("已重新登录");
    this.#outbox.resume();
    this.#form.reset();
    this.#dialog.close();
  }

  #isAllKept() {
    const hasUnsavedCells = document.querySelector("form[data-draft][data-unsaved]") !== null;
    const hasUnkeptForm = document.querySelector("form[data-unkept]") !== null;
    return !hasUnkeptForm && (!hasUnsavedCells || this.#outbox.isKept);
  }

  /** Another user signed in: remove the typed text from the screen at once. */
  #leave() {
    this.#outbox.stop();
    document.querySelector("main").remove();
    location.replace(this.#form.dataset.home);
  }
}
