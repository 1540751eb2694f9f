/**
 * The fields of the edit form by path: reads and shows their texts without moving the caret.
 * saved_texts.js has the texts that the server holds, rows.js the rows.
 */

import { narrowLevel2 } from "./level_choices.js";

/** The path in the form that HTML ids use. */
export const slug = (path) => path.replaceAll("/", "-");

export const isCell = (field) => Boolean(field?.classList?.contains("cell") && field.name);

export class Fields {
  #form;
  #queue;
  #savedTexts;
  #written = new Set(); // paths of the fields that this user wrote in

  constructor(form, queue, savedTexts) {
    this.#form = form;
    this.#queue = queue;
    this.#savedTexts = savedTexts;
    // The texts as served, not as shown: text typed before this script ran is unsaved.
    this.all().forEach((field) => savedTexts.set(field.name, textAsLoaded(field)));
    form.querySelectorAll("tr[data-row]").forEach(narrowLevel2);
  }

  all() {
    return [...this.#form.elements].filter(isCell);
  }

  /** The fields whose text the user changed before this script ran. */
  typedEarly() {
    return this.all().filter((field) => field.value !== textAsShown(field));
  }

  at(path) {
    return this.#form.elements.namedItem(path);
  }

  noteWritten(path) {
    this.#written.add(path);
  }

  /** Whether the user stands in the field or has written in it. */
  isOwn(field) {
    return field === document.activeElement || this.#written.has(field.name);
  }

  /** Set a text as if the user had typed it. */
  type(path, text) {
    const field = this.at(path);
    if (!field || field.value === text) return;
    this.show(field, text);
    field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
    this.#queue.set(path, this.#savedTexts.at(path), text);
  }

  /** Show a text and keep the caret. The caller dispatches one "grow" for many fields. */
  show(field, text) {
    const isTypedIn = document.activeElement === field && field.selectionStart !== undefined;
    const caret = isTypedIn ? [field.selectionStart, field.selectionEnd] : null;
    if (field.options) offerChoice(field, text);
    field.value = text;
    if (caret) field.setSelectionRange(...caret);
    delete field.dataset.was;
    if (field.options) narrowLevel2(field.closest("tr"));
  }
}

function textAsLoaded(field) {
  if (!field.options) return field.defaultValue;
  return [...field.options].find((option) => option.defaultSelected)?.value ?? "";
}

/** The served text as the browser shows it: a field of one line shows no line breaks. */
function textAsShown(field) {
  const text = textAsLoaded(field);
  return field.type === "text" ? text.replaceAll(/[\r\n]/g, "") : text;
}

/** Adds an option for a value that the year's framework does not have. */
function offerChoice(select, text) {
  if ([...select.options].some((option) => option.value === text)) return;
  select.add(new Option(text, text), 1);
}
