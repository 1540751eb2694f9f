/**
 * Pastes a block from Excel, WPS or Word: the server says where it belongs, a dialog previews the
 * change of every cell, and applying it is one undoable step. page.js passes on blocks only; a
 * single cell is pasted as plain text (cell_paste.js).
 */

import { isCell } from "./fields.js";

const TEXT_FIELD = "textarea, input";

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
  #pasted = null; // what was pasted, and where: { path, html, text }
  #offered = null; // the server's preview: { operations, version }

  constructor({ form, queue, outbox, server, remoteChanges, statusLine }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#server = server;
    this.#remoteChanges = remoteChanges;
    this.#statusLine = statusLine;
    this.#form = form;
    this.#applyButton.addEventListener("click", () => this.#apply());
    this.#preview.addEventListener("click", ({ target }) => {
      const { inserts } = target.dataset;
      if (inserts) this.#askForPreview({ inserts: inserts === "true" });
    });
  }

  /** A block pasted outside of every field goes behind the last row. */
  async paste(target, html, text) {
    const path = isCell(target) ? target.name : this.#pathBehindRows();
    this.#pasted = { path, html, text };
    const refusal = await this.#askForPreview({ inserts: false });
    if (!refusal) return;
    const isInHead = isCell(target) && !target.closest("tr[data-row]");
    if (isInHead && target.matches(TEXT_FIELD)) this.#insertText(target, text);
    else this.#statusLine.say(refusal);
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

  /** Show the dialog. Resolves to the reason where there is no preview. */
  async #askForPreview({ inserts }) {
    await this.#outbox.flushed();
    const { author } = this.#server;
    const { version } = this.#queue;
    const body = { author, version, inserts, ...this.#pasted };
    const response = await this.#server.post("paste", body).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!response?.ok) return answer?.message ?? "连不上服务器，成片的内容暂时不能粘贴";
    this.#offered = answer;
    this.#preview.innerHTML = answer.preview;
    this.#applyButton.disabled = !answer.operations.length;
    if (!this.#dialog.open) this.#dialog.showModal();
    return "";
  }

  /** What is no block of the form is text in a field of running text, as without this script. */
  #insertText(field, text) {
    field.focus();
    document.execCommand("insertText", false, text);
  }

  #apply() {
    const { operations, version } = this.#offered;
    this.#remoteChanges.showUnsaved(operations);
    this.#queue.addStep(operations, version);
    this.#outbox.send();
  }
}
