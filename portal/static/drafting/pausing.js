/**
 * The edit page while the table cannot be edited: submitted, approved, discarded, year closed. The
 * fields become read-only and keep what is typed; when the table comes back to the office, the page
 * goes on by itself and saves what was left. living.js asks how the table stands.
 */

import { ask } from "../living.js";
import { say } from "../news.js";

const CANNOT_EDIT = "现在不能修改；又可以修改时，这个页面自动恢复。";
const KEPT = " 没有保存的文字还在页面上，也存在这台电脑上；那时自动保存。";
const NOT_KEPT = " 没有保存的文字只在这个页面上，这台电脑存不下：关闭以前请复制留存。";
const answerFields = () => document.querySelectorAll(".answer-fields :is(textarea, button)");
const INPUTS = ["keydown", "paste", "drop"];

export class Pausing {
  #form;
  #outbox;
  #queue;
  #server;
  #fields;
  #rows;
  #presence;
  #banner;
  #statusLine;
  #reason = ""; // why the page is paused
  #message = null; // that tells it
  #told = ""; // its words
  #round = null; // of the opinions on the page
  #triedAgain = false; // after a refusal although the table can be edited

  constructor({ form, outbox, queue, server, fields, rows, presence, banner, statusLine }) {
    this.#form = form;
    this.#outbox = outbox;
    this.#queue = queue;
    this.#server = server;
    this.#fields = fields;
    this.#rows = rows;
    this.#presence = presence;
    this.#banner = banner;
    this.#statusLine = statusLine;
    this.#round = Number(form.dataset.round);
    outbox.addEventListener("state", () => {
      if (this.#isPaused) this.#tell(); // the disk may have the unsaved texts only now
    });
    outbox.addEventListener("answer", () => (this.#triedAgain = false));
    INPUTS.forEach((type) => form.addEventListener(type, (event) => this.#block(event), true));
  }

  get #isPaused() {
    return this.#reason !== "";
  }

  get #comfort() {
    return this.#outbox.isKept ? KEPT : NOT_KEPT;
  }

  /** @param news as in the "standing" event (news.js) */
  hear({ viewer, capacity, words, isGone, is_editable: isEditable, round }) {
    const { author, capacity: own } = this.#server;
    if (isGone || !isEditable) this.pause(`${words}。${CANNOT_EDIT}`);
    else if (viewer !== author || capacity !== own) return;
    else if (this.#isPaused) this.#goOn(words, round);
    else if (words) say(`${words}。`, { link: true });
  }

  /** Also called again while paused, with a newer reason. */
  pause(reason) {
    const wasPaused = this.#isPaused;
    this.#reason = reason;
    this.#tell();
    if (wasPaused) return;
    this.#outbox.stop();
    this.#lock(true);
    ask(0);
  }

  #tell() {
    const count = this.#queue.size;
    const lead = count ? `没有保存：${this.#reason}` : this.#reason;
    const words = lead + (count ? this.#comfort : "");
    if (words === this.#told) return;
    this.#told = words;
    this.#message?.remove();
    this.#message = this.#banner.say("danger", words);
    this.#statusLine.say(count ? `${count} 处改动没有保存` : "现在不能修改");
  }

  async #goOn(words, round) {
    if (this.#triedAgain) return;
    this.#triedAgain = true;
    this.#message.remove();
    this.#reason = "";
    this.#told = "";
    this.#lock(false);
    this.#statusLine.say("可以接着填写");
    say(`${words}，可以接着填写。`, { link: round !== this.#round });
    this.#outbox.resume();
    await this.#outbox.flushed();
    await this.#presence.beat();
    // The opinions of a new round are not on this page.
    const isClean = !this.#queue.size && !document.querySelector("form[data-unsaved]");
    if (round !== this.#round && isClean) location.reload();
  }

  #lock(isLocked) {
    this.#form.toggleAttribute("data-paused", isLocked);
    const others = [...this.#form.querySelectorAll("button"), ...answerFields()];
    [...this.#fields.all(), ...others].forEach((field) => {
      if ("readOnly" in field) field.readOnly = isLocked;
      else field.disabled = isLocked;
    });
    if (!isLocked) this.#rows.numberAll();
  }

  /** Keys and clipboard change no text and no row while paused; moving and copying still work. */
  #block(event) {
    if (this.#form.hasAttribute("data-paused")) event.stopImmediatePropagation();
  }
}
