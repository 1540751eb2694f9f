/**
 * Below a text that a reviewer proposes instead of another one (data-edit): old → new while it is
 * typed. The old text is in the hidden field base/<path> of the same form.
 */

import { element } from "../drafting/elements.js";
import { differences } from "./text_differences.js";

const TAGS = { delete: "del", insert: "ins" };

/** The text that the field of a proposed text began with. */
export function ownText(field) {
  return field.form.elements.namedItem(field.name.replace(/^edit/, "base")).value;
}

export function isEdited(field) {
  return field.value !== ownText(field);
}

export function compare(field) {
  let shown = field.nextElementSibling?.matches(".live") ? field.nextElementSibling : null;
  if (!isEdited(field)) {
    shown?.remove();
    return;
  }
  if (!shown) {
    shown = element("div", "text live");
    field.after(shown);
  }
  shown.replaceChildren(
    ...differences(ownText(field), field.value).map(([op, text]) => {
      return TAGS[op] ? element(TAGS[op], "", text) : document.createTextNode(text);
    }),
  );
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("textarea[data-edit]")) compare(target);
});
