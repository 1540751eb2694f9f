/** The buttons and keys that undo and redo the user's own steps. */

import { isComposing } from "../composing.js";

const KEYS = { z: "undo", y: "redo" }; // with Ctrl and Alt
const DONE = { undo: "已撤销", redo: "已重做" };

export class Undo {
  #queue;
  #outbox;
  #statusLine;
  #turn = Promise.resolve(); // serialises repeated presses

  constructor({ queue, outbox, statusLine }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#statusLine = statusLine;
    document.querySelectorAll("[data-step]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => this.#enqueue(button.dataset.step));
    });
    document.addEventListener("keydown", (event) => {
      const step = event.ctrlKey && event.altKey && KEYS[event.key.toLowerCase()];
      if (!step || isComposing(event)) return;
      event.preventDefault();
      this.#enqueue(step);
    });
  }

  #enqueue(step) {
    this.#turn = this.#turn.then(() => this.#take(step));
  }

  async #take(step) {
    await this.#outbox.flushed();
    if (this.#queue.isBusy) return; // unsent changes must be saved first
    const answer = await this.#outbox.takeStep(step);
    if (answer) this.#statusLine.say(DONE[step]);
  }
}
