/**
 * Pastes a block from Excel, WPS or Word: the server parses it, a dialog previews the change of
 * every cell, and applying it is one undoable step. A single cell is pasted as plain text.
 */

import { isBlock } from "./clipboard.js";
import { isCell } from "./fields.js";

export class BlockPaste {
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
    form.addEventListener("paste", (event) => this.#paste(event));
    this.#applyButton.addEventListener("click", () => this.#apply());
  }

  async #paste(event) {
    const field = event.target;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (!field.closest?.("tr[data-row]") || !isCell(field) || !isBlock(html, text)) return;
    event.preventDefault();
    await this.#outbox.flushed();
    const response = await this.#ask(field.name, html, text);
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
