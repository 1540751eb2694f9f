/**
 * The buttons and keys of steps that the server computes: undo and redo the user's own steps, sort
 * rows; and the offer to undo a deletion.
 */

import { isComposing } from "../composing.js";
import { button as newButton } from "./elements.js";

const KEYS = { z: "undo", y: "redo" }; // with Ctrl and Alt
const DONE = { undo: "已撤销", redo: "已重做", sort: "已按分类排序" };

export class Undo {
  #queue;
  #outbox;
  #statusLine;
  #rows;
  #offer = document.querySelector("[data-done]");
  #turn = Promise.resolve(); // serialises repeated presses

  constructor({ queue, outbox, statusLine, rows }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#statusLine = statusLine;
    this.#rows = rows;
    queue.addEventListener("change", () => this.#offer.replaceChildren());
    document.querySelectorAll("[data-step]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", (event) => {
        event.preventDefault();
        this.#enqueue(button.dataset.step);
      });
    });
    document.addEventListener("keydown", (event) => {
      const step = event.ctrlKey && event.altKey && KEYS[event.key.toLowerCase()];
      if (!step || isComposing(event)) return;
      event.preventDefault();
      this.#enqueue(step);
    });
  }

  /** Tell that a row was deleted, and offer to undo it until the user does something else. */
  tellDeleted(position, id, isKnown) {
    this.#offer.replaceChildren(`已删除第${position}行`);
    if (!isKnown) return;
    const undo = newButton("撤销", () => this.#restore(id));
    undo.ariaLabel = `撤销删除第${position}行`;
    this.#offer.append(" · ", undo);
  }

  async #restore(id) {
    this.#enqueue("undo");
    await this.#turn;
    this.#rows.focus(this.#rows.byId(id));
  }

  #enqueue(step) {
    this.#turn = this.#turn.then(() => this.#take(step));
  }

  async #take(step) {
    this.#offer.replaceChildren();
    await this.#outbox.flushed();
    if (this.#queue.isBusy) return; // unsent changes must be saved first
    const answer = await this.#outbox.takeStep(step);
    if (answer) this.#statusLine.say(DONE[step]);
  }
}
