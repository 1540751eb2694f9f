/**
 * Pastes a block from Excel, WPS or Word: the server parses it, a dialog previews the change of
 * every cell, and applying it is one undoable step. A block pasted outside of every field goes
 * behind the last row. A single cell is pasted as plain text (cell_paste.js).
 */

import { isBlock } from "../clipboard.js";
import { isCell } from "./fields.js";

const TEXT_FIELD = "textarea, input, select";

export class BlockPaste {
  #form;
  #queue;
  #outbox;
  #server;
  #remoteChanges;
  #statusLine;
  #dialog = document.querySelector("dialog[data-paste]");
  #preview = this.#dialog.querySelector("[data-preview]");
  #applyButton = this.#dialog.querySelector("[data-apply]");
  #offered = null; // the server's preview: { operations, version }

  constructor({ form, queue, outbox, server, remoteChanges, statusLine }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#server = server;
    this.#remoteChanges = remoteChanges;
    this.#statusLine = statusLine;
    this.#form = form;
    document.addEventListener("paste", (event) => this.#paste(event));
    this.#applyButton.addEventListener("click", () => this.#apply());
  }

  async #paste(event) {
    const { target } = event;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    const isInRow = isCell(target) && target.closest("tr[data-row]");
    if (!isInRow && target.matches?.(TEXT_FIELD)) return;
    const path = isInRow ? target.name : this.#pathBehindRows();
    if (isBlock(html, text) && path) await this.#askForPreview(event, path, html, text);
    else if (!isInRow) this.#statusLine.say("没有粘贴：请先点要填写的那一栏");
  }

  /** The first column behind the last row of the list that the user clicked, or of the only one. */
  #pathBehindRows() {
    const clicked = getSelection().anchorNode?.parentElement?.closest("[data-rows]");
    const lists = [...this.#form.querySelectorAll("[data-rows]")];
    const { rows } = (clicked ?? (lists.length === 1 ? lists[0] : null))?.dataset ?? {};
    if (!rows) return "";
    const blank = this.#form.querySelector(`template[data-blank="${rows}"]`).content;
    const [, , field] = blank.querySelector(".cell").name.split("/");
    return `${rows}//${field}`;
  }

  async #askForPreview(event, path, html, text) {
    event.preventDefault();
    await this.#outbox.flushed();
    const response = await this.#ask(path, html, text);
    const answer = await response?.json().catch(() => null);
    if (response?.ok) this.#offer(answer);
    else this.#statusLine.say(answer?.message ?? "连不上服务器，成片的内容暂时不能粘贴");
  }

  #ask(path, html, text) {
    const { author } = this.#server;
    const { version } = this.#queue;
    return this.#server.post("paste", { author, version, path, html, text }).catch(() => null);
  }

  #offer(answer) {
    this.#offered = answer;
    this.#preview.innerHTML = answer.preview;
    this.#applyButton.disabled = !answer.operations.length;
    this.#dialog.showModal();
  }

  #apply() {
    const { operations, version } = this.#offered;
    this.#remoteChanges.showUnsaved(operations);
    this.#queue.addStep(operations, version);
    this.#outbox.send();
  }
}
