/**
 * The findings as of the last save: fetches the panel and the notes beside the fields shortly after
 * each save. Templates define how a finding is displayed. Alt+J leads from a field to its findings
 * in the panel, and a place in the panel back to its field.
 */

import { fragmentOf } from "./elements.js";
import { keepFocusInPlace } from "./scroll_anchor.js";

const PAUSE = 500;
const findingOf = (mark) => document.getElementById(mark.hash.slice(1));

export class CheckPanel {
  #form;
  #queue;
  #server;
  #timer;

  constructor({ form, queue, server }) {
    this.#form = form;
    this.#queue = queue;
    this.#server = server;
    form.addEventListener("mouseover", ({ target }) => tellInTitle(target.closest(".mark")));
    form.addEventListener("keydown", (event) => this.#goToFinding(event));
    document.addEventListener("click", ({ target }) => follow(target.closest?.("a[href^='#']")));
    unfoldFor(document.querySelector(":target"));
  }

  refreshSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), PAUSE);
  }

  /** @param isAsked the user acts in the panel and waits for it */
  async refresh(isAsked) {
    clearTimeout(this.#timer);
    const panel = document.getElementById("checks");
    // Do not interrupt a user who goes on typing or has the focus in the panel.
    if (this.#queue.isBusy || !panel || (!isAsked && panel.contains(document.activeElement))) {
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

  #goToFinding(event) {
    const { target, altKey, key } = event;
    if (!altKey || key.toLowerCase() !== "j") return;
    const mark = target.closest("td, th, .identity")?.querySelector(".mark");
    if (!mark) return;
    event.preventDefault();
    mark.click(); // opens the group of the finding
    findingOf(mark)?.querySelector("a").focus();
  }

  #fetch() {
    return fetch(`${this.#server.url}/checks`, {
      method: "POST",
      headers: { "HX-Request-Type": "partial" },
      body: new URLSearchParams({ csrf_token: this.#form.elements.csrf_token.value }),
    }).catch(() => null);
  }

  /** Every field and every opinion has an element for notes, empty where there are none. */
  #showNotes(fresh) {
    const notes = [...fresh.querySelectorAll("template[data-notes-at]")].map(
      (template) => template.content.firstElementChild,
    );
    const notesById = new Map(notes.map((note) => [note.id, note.childNodes]));
    document.querySelectorAll("[id^='notes-']").forEach((place) => {
      place.replaceChildren(...(notesById.get(place.id) ?? []));
    });
  }

  #markInvalidFields() {
    this.#form.querySelectorAll("td.input .cell").forEach((field) => {
      const hasError = field.closest("td").querySelector(".mark-error") !== null;
      field.ariaInvalid = hasError ? "true" : null;
    });
  }
}

function tellInTitle(mark) {
  if (mark) mark.title = findingOf(mark)?.innerText ?? "";
}

/** Of links within the page: unfold the side for what stands there, fold it for a place. */
function follow(link) {
  if (!link) return;
  unfoldFor(document.getElementById(link.hash.slice(1)));
  focusPlace(link);
}

/** On narrow screens the side is folded. */
function unfoldFor(target) {
  if (!target) return;
  document.getElementById("side-open").checked = target.closest(".side") !== null;
}

/** After the jump to the place of a finding, the user goes on in its field. */
function focusPlace(link) {
  if (!link.matches("#checks a[href^='#at-']")) return;
  const place = document.getElementById(link.hash.slice(1));
  setTimeout(() => place?.querySelector(".cell")?.focus({ preventScroll: true }));
}

function replacePanel(panel, fresh) {
  // Keep an explanation that is not submitted yet.
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
