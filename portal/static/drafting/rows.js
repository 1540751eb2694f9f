/**
 * The rows of the form's lists on the screen: find, create, remove, restore, order, number.
 * Records and sends nothing; row_actions.js has the user's actions, remote_changes.js those of
 * others. Callers that change rows renumber their list afterwards, once for many rows.
 */

import { fragmentOf } from "./elements.js";
import { mergeOrder } from "./merging.js";
import { labelInRow, movedLabel } from "./place_labels.js";

const BLANK_ID = "blankrow"; // id in the template of a new row

export const cellsOf = (row) => [...row.querySelectorAll(".cell")];
export const listOf = (row) => row.parentElement.dataset.rows;

export class Rows {
  #form;
  #fields;
  #savedTexts;
  #removed = new Map(); // id → { row, body, above }, to restore a row with its opinions

  constructor(form, fields, savedTexts) {
    this.#form = form;
    this.#fields = fields;
    this.#savedTexts = savedTexts;
    this.numberAll();
  }

  byId(id) {
    return this.#form.querySelector(`tr[data-row="${CSS.escape(id)}"]`);
  }

  ofList(list) {
    return [...this.#body(list).querySelectorAll(":scope > tr[data-row]")];
  }

  beside(row) {
    return this.ofList(listOf(row));
  }

  focus(row, column = 0) {
    if (row) cellsOf(row)[Math.max(column, 0)].focus();
  }

  /** Insert a blank row behind the row with the id `after`, or first for "". */
  insert(list, id, after) {
    const row = this.#removed.get(id)?.row ?? this.#blankRow(list, id);
    cellsOf(row).forEach((field) => {
      field.value = "";
      this.#savedTexts.set(field.name, "");
    });
    const above = after && this.byId(after);
    if (above) above.after(row);
    else if (after) this.#body(list).append(row);
    else this.#body(list).prepend(row);
    return row;
  }

  remove(row) {
    const above = row.previousElementSibling;
    this.#removed.set(row.dataset.row, { row, body: row.parentElement, above });
    row.remove();
    row.className = "";
  }

  /** Restore a row whose deletion was refused, with its saved texts; undefined if unknown. */
  restore(id) {
    const { row, body, above } = this.#removed.get(id) ?? {};
    if (!row) return undefined;
    if (above?.isConnected) above.after(row);
    else body.prepend(row);
    cellsOf(row).forEach((field) => {
      this.#fields.show(field, this.#savedTexts.at(field.name));
      field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
    });
    this.number(body.dataset.rows);
    return row;
  }

  /** Order a list as the server does. Moves the other rows around the row that has the focus. */
  arrange(list, listedIds) {
    const rows = this.ofList(list);
    const order = mergeOrder(
      rows.map((row) => row.dataset.row),
      listedIds,
    ).map((id) => this.byId(id));
    if (order.every((row, index) => row === rows[index])) return;
    const focused = order.findIndex((row) => row.contains(document.activeElement));
    const fixed = Math.max(focused, 0);
    order[fixed].before(...order.slice(0, fixed));
    order[fixed].after(...order.slice(fixed + 1));
    this.number(list);
  }

  number(list) {
    this.ofList(list).forEach((row, index, rows) => {
      row.querySelectorAll("[aria-label]").forEach((part) => {
        part.ariaLabel = labelInRow(part.ariaLabel, index + 1);
      });
      const buttons = row.querySelectorAll(".row-tools button");
      const [up, , down] = buttons;
      buttons.forEach((button) => (button.tabIndex = -1)); // the actions have keys
      up.disabled = index === 0;
      down.disabled = index === rows.length - 1;
    });
    this.#nameOpinions(list);
  }

  numberAll() {
    this.#form.querySelectorAll("[data-rows]").forEach((body) => this.number(body.dataset.rows));
  }

  /** The places that opinions name, in their cards and in the panel. */
  #nameOpinions(list) {
    const ids = this.ofList(list).map((row) => row.dataset.row);
    document.querySelectorAll(`[data-place^="${list}/"]`).forEach((label) => {
      const position = ids.indexOf(label.dataset.place.split("/")[1]) + 1;
      label.textContent = movedLabel(label.textContent, position);
    });
  }

  #body(list) {
    return this.#form.querySelector(`[data-rows="${list}"]`);
  }

  #blankRow(list, id) {
    const blank = this.#form.querySelector(`template[data-blank="${list}"]`);
    return fragmentOf(blank.innerHTML.replaceAll(BLANK_ID, id)).firstElementChild;
  }
}
