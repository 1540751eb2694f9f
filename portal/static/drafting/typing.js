/**
 * Keyboard input: records typed or chosen texts in the queue at once, and sends them when typing
 * pauses or the field loses focus. Buttons and keys of rows go to row_actions.js.
 */

import { isComposing } from "../composing.js";
import { isCell } from "./fields.js";
import { followLevel } from "./level_choices.js";

const PAUSE = 700;

export class Typing {
  #form;
  #queue;
  #outbox;
  #fields;
  #savedTexts;
  #rowActions;
  #remoteChanges;
  #statusLine;
  #untouchedCount = document.querySelector("[data-untouched]");
  #timer;

  constructor({ form, queue, outbox, fields, savedTexts, rowActions, remoteChanges, statusLine }) {
    this.#form = form;
    this.#queue = queue;
    this.#outbox = outbox;
    this.#fields = fields;
    this.#savedTexts = savedTexts;
    this.#rowActions = rowActions;
    this.#remoteChanges = remoteChanges;
    this.#statusLine = statusLine;
    form.addEventListener("input", (event) => this.#input(event));
    form.addEventListener("compositionstart", (event) => this.#startComposing(event));
    form.addEventListener("compositionend", (event) => this.#endComposing(event));
    form.addEventListener("change", (event) => this.#change(event));
    form.addEventListener("focusout", () => this.#outbox.send());
    form.addEventListener("keydown", (event) => this.#keydown(event));
    form.addEventListener("click", (event) => this.#click(event));
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  /** Record text that was typed before this script ran. */
  recordEarly() {
    this.#fields.typedEarly().forEach((field) => this.#record(field));
    this.#countUntouched();
  }

  #record(field) {
    if (!isCell(field)) return;
    const { name: path, value: text } = field;
    if (this.#queue.isHeld(path)) this.#queue.hold(path, text);
    else this.#queue.set(path, this.#savedTexts.at(path), text);
    if (!this.#queue.waitsForField(path)) return;
    this.#fields.noteWritten(path);
    field.closest("td, .identity").classList.remove("taken-over", "confirmed");
  }

  #countUntouched() {
    if (!this.#untouchedCount) return;
    const count = this.#form.querySelectorAll(".taken-over").length;
    this.#untouchedCount.textContent = count;
  }

  #input(event) {
    if (event.isComposing) return; // pinyin being composed, not a text yet
    this.#record(event.target);
    this.#countUntouched();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#outbox.send(), PAUSE);
  }

  #startComposing(event) {
    this.#remoteChanges.composing = event.target.name;
  }

  #endComposing(event) {
    this.#remoteChanges.composing = null;
    this.#input(event);
  }

  #change({ target }) {
    this.#record(target);
    this.#countUntouched();
    followLevel(target, this.#fields);
    this.#outbox.send();
  }

  /** A double press acts once: the second one would hit the row that moved under the pointer. */
  #click(event) {
    if (event.detail > 1 && event.target.closest("[name=_row]")) event.preventDefault();
  }

  #keydown(event) {
    if (isComposing(event) || !this.#rowActions.runKey(event)) return;
    event.preventDefault();
    this.#outbox.send();
  }

  /** Handles the save button and row buttons. Other buttons submit as without scripts. */
  #submit(event) {
    const name = event.submitter?.name;
    if (event.target !== this.#form || (name && name !== "_row")) return;
    event.preventDefault();
    if (name === "_row") this.#rowActions.run(event.submitter.value);
    else if (!this.#queue.size) this.#statusLine.sayNothingToSave();
    this.#outbox.send();
  }
}
