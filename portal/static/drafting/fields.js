/**
 * The fields of the edit form, by path: their texts on the screen, without moving a caret. What the
 * server holds of them is in saved_texts.js; their rows are in rows.js.
 */

import { narrowLevel2 } from "./level_choices.js";

/** A path as ids of the page have it. */
export const slug = (path) => path.replaceAll("/", "-");

export const isCell = (field) => Boolean(field?.classList?.contains("cell") && field.name);

export class Fields {
  #form;
  #queue;
  #savedTexts;

  constructor(form, queue, savedTexts) {
    this.#form = form;
    this.#queue = queue;
    this.#savedTexts = savedTexts;
    // As the page came: what was typed before this script was there is unsaved.
    this.all().forEach((field) => savedTexts.set(field.name, textAsLoaded(field)));
    form.querySelectorAll("tr[data-row]").forEach(narrowLevel2);
  }

  all() {
    return [...this.#form.elements].filter(isCell);
  }

  at(path) {
    return this.#form.elements.namedItem(path);
  }

  /** Write a text as if the person had typed it there. */
  type(path, text) {
    const field = this.at(path);
    if (!field || field.value === text) return;
    this.show(field, text);
    field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
    this.#queue.set(path, this.#savedTexts.at(path), text);
  }

  /** Show a text, the caret where it was. Heights are the caller's: one "grow" for many fields. */
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

/** A value that this year's framework does not know is a choice all the same. */
function offerChoice(select, text) {
  if ([...select.options].some((option) => option.value === text)) return;
  select.add(new Option(text, text), 1);
}
