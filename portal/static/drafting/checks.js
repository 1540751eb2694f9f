// The findings as of the last save: the panel and the notes beside the fields, fetched a moment after each save.
const PAUSE = 500;

export class Checks {
  #form; #outbox; #timer;

  constructor(form, outbox) {
    this.#form = form;
    this.#outbox = outbox;
  }

  later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), PAUSE);
  }

  async #fetch() {
    // Whoever is writing an explanation there is not interrupted; neither is somebody who types on.
    const panel = document.getElementById("checks");
    if (this.#outbox.isBusy || !panel || panel.contains(document.activeElement)) return this.later();
    const body = new URLSearchParams({ csrf_token: this.#form.elements.csrf_token.value });
    const response = await fetch(`${this.#form.dataset.draft}/checks`, { method: "POST", body, headers: { "HX-Request-Type": "partial" } }).catch(() => null);
    if (!response?.ok) return;
    const made = document.createElement("template");
    made.innerHTML = await response.text();
    const open = new Set([...panel.querySelectorAll("details[open] .text[id]")].map((text) => text.id));
    const fresh = made.content.getElementById("checks");
    fresh.querySelectorAll("details").forEach((details) => { if (open.has(details.querySelector(".text")?.id)) details.open = true; });
    panel.replaceWith(fresh);
    window.htmx?.process(fresh);
    const told = new Set();
    made.content.querySelectorAll("template[data-notes-at]").forEach((template) => told.add(this.#note(template)));
    this.#form.querySelectorAll("[id^='notes-']").forEach((old) => { if (!told.has(old.id)) this.#clear(old); });
  }

  #note(template) {
    const note = template.content.firstElementChild;
    const slug = template.dataset.notesAt.replaceAll("/", "-");
    const cell = document.getElementById(`at-${slug}`);
    const old = document.getElementById(note.id);
    if (old) old.replaceWith(note); else cell?.append(note);
    const isError = Boolean(note.querySelector(".note-error"));
    cell?.classList.toggle("has-error", isError);
    cell?.classList.toggle("has-note", Boolean(note.querySelector(".note, .mark")));
    const field = document.getElementById(`in-${slug}`);
    field?.setAttribute("aria-describedby", note.id);
    field?.toggleAttribute("aria-invalid", isError);
    if (isError) field?.setAttribute("aria-invalid", "true");
    return note.id;
  }

  #clear(note) {
    note.closest("td, th")?.classList.remove("has-error", "has-note");
    const field = document.getElementById(note.id.replace("notes-", "in-"));
    field?.removeAttribute("aria-invalid");
    field?.removeAttribute("aria-describedby");
    note.remove();
  }
}
