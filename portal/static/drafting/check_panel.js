/**
 * The findings as of the last save: the panel and the notes beside the fields, fetched from the
 * server a moment after each save. How a finding reads is the template's matter.
 */

import { fragmentOf } from "./elements.js";
import { keepFocusInPlace } from "./scroll_anchor.js";

const PAUSE = 500;

export class CheckPanel {
  #form;
  #queue;
  #server;
  #timer;

  constructor({ form, queue, server }) {
    this.#form = form;
    this.#queue = queue;
    this.#server = server;
  }

  refreshSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), PAUSE);
  }

  async #refresh() {
    const panel = document.getElementById("checks");
    // Do not interrupt a person who types on or works in the panel.
    if (this.#queue.isBusy || !panel || panel.contains(document.activeElement)) {
      this.refreshSoon();
      return;
    }
    const response = await this.#fetch();
    if (!response?.ok) return;
    const fresh = fragmentOf(await response.text());
    replacePanel(panel, fresh.getElementById("checks"));
    keepFocusInPlace(() => this.#showNotes(fresh));
    this.#markInvalidFields();
  }

  #fetch() {
    return fetch(`${this.#server.url}/checks`, {
      method: "POST",
      headers: { "HX-Request-Type": "partial" },
      body: new URLSearchParams({ csrf_token: this.#form.elements.csrf_token.value }),
    }).catch(() => null);
  }

  /** Every place has its element, empty while there is nothing to say. */
  #showNotes(fresh) {
    const notes = [...fresh.querySelectorAll("template[data-notes-at]")].map(
      (template) => template.content.firstElementChild,
    );
    const notesById = new Map(notes.map((note) => [note.id, note.childNodes]));
    this.#form.querySelectorAll("[id^='notes-']").forEach((place) => {
      place.replaceChildren(...(notesById.get(place.id) ?? []));
    });
  }

  #markInvalidFields() {
    this.#form.querySelectorAll("td.input .cell").forEach((field) => {
      const hasError = field.closest("td").querySelector(".note-error") !== null;
      field.ariaInvalid = hasError ? "true" : null;
    });
  }
}

function replacePanel(panel, fresh) {
  // An explanation that is half written stays.
  if (panel.querySelector("[data-unsaved]")) return;
  const openById = new Map(
    [...panel.querySelectorAll("details")].map((group) => [group.id, group.open]),
  );
  fresh.querySelectorAll("details").forEach((group) => {
    group.open = openById.get(group.id) ?? group.open;
  });
  panel.replaceWith(fresh);
  window.htmx?.process(fresh);
}
