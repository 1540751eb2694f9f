/**
 * Suggestions for the name of an indicator while the user types it: Alt and a number, arrow keys
 * or a click fill in the row. The server chooses the suggestions.
 */

import { isComposing } from "../composing.js";
import { followLevel } from "./level_choices.js";

const PAUSE = 200;
const NAME = "level3"; // the field that gets suggestions
const LIST = ".suggestions";

export class NameSuggestions {
  #form;
  #fields;
  #outbox;
  #server;
  #timer;
  #requestCount = 0;

  constructor({ form, fields, outbox, server }) {
    this.#form = form;
    this.#fields = fields;
    this.#outbox = outbox;
    this.#server = server;
    form.addEventListener("input", ({ target }) => this.#askSoon(target));
    form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!relatedTarget?.closest(LIST)) this.#close();
    });
    form.addEventListener("mousedown", (event) => {
      if (event.target.closest(LIST)) event.preventDefault(); // keep the focus in the field
    });
    form.addEventListener("click", ({ target }) => {
      const choice = target.closest(`${LIST} button`);
      if (choice) this.#take(choice);
    });
    form.addEventListener("keydown", (event) => this.#keydown(event));
  }

  /** The user stands in the field of a name: suggest some where it is empty or being typed.
   * @param before the text of the field when the user entered it */
  open(field, before) {
    if (!field.value || field.value !== before) this.#askSoon(field);
  }

  get #choices() {
    return [...this.#form.querySelectorAll(`${LIST} button`)];
  }

  #askSoon(field) {
    if (!isName(field)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(field), PAUSE);
  }

  async #ask(field) {
    this.#requestCount += 1;
    const request = this.#requestCount;
    const html = await this.#fetch(field);
    if (request !== this.#requestCount || document.activeElement !== field) return;
    this.#close();
    field.insertAdjacentHTML("afterend", html);
    this.#form.querySelector(LIST)?.scrollIntoView({ block: "nearest" });
  }

  async #fetch(field) {
    const row = field.closest("tr").dataset.row;
    const query = new URLSearchParams({ typed: field.value, row });
    const response = await fetch(`${this.#server.url}/suggestions?${query}`).catch(() => null);
    return response?.ok ? response.text() : "";
  }

  #close() {
    this.#requestCount += 1; // ignore the answer of a pending request
    clearTimeout(this.#timer);
    this.#form.querySelector(LIST)?.remove();
  }

  #take(choice) {
    const field = nameOf(choice);
    const rowPath = field.name.slice(0, -NAME.length);
    Object.entries(JSON.parse(choice.dataset.fields)).forEach(([name, text]) => {
      this.#fillIn(rowPath, name, text);
    });
    followLevel(this.#fields.at(`${rowPath}level1`), this.#fields);
    field.focus();
    this.#close();
    this.#outbox.send();
  }

  /** Replace the name; of the other fields fill in only blank ones. */
  #fillIn(rowPath, name, text) {
    const cell = this.#fields.at(rowPath + name);
    if (cell && (name === NAME || !cell.value.trim())) this.#fields.type(cell.name, text);
  }

  #keydown(event) {
    const choices = this.#choices;
    if (!choices.length || isComposing(event)) return;
    const field = nameOf(choices[0]);
    const chosen = event.altKey ? choices[event.key - 1] : undefined;
    const neighbour = neighbourOf(event, [field, ...choices]);
    if (event.key === "Escape") {
      field.focus();
      this.#close();
    }
    if (chosen || neighbour) event.preventDefault();
    if (chosen) this.#take(chosen);
    else neighbour?.focus();
  }
}

function isName(field) {
  return Boolean(field.name?.endsWith(`/${NAME}`));
}

/** The field that a suggestion belongs to. */
function nameOf(choice) {
  return choice.closest(LIST).previousElementSibling;
}

/** The focus target of an arrow key, among the field and its suggestions. */
function neighbourOf({ key, ctrlKey, altKey, target }, places) {
  const direction = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!direction || ctrlKey || altKey) return undefined;
  return places[places.indexOf(target) + direction];
}
