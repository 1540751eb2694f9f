/**
 * While 代拟改法 is unfolded in the composer, its fields stand in the form beside: each text in its
 * own cell, a new row behind the row, or below the list, that the opinion is about. Fields without
 * a cell of their own stay in the composer.
 */

import { cellOf } from "./cells.js";
import { compare } from "./live_comparison.js";

const PROPOSING = "[data-composer] details.proposing";
const undo = [];
const formOf = (node) => node.parentElement.closest("form");

/** Put every field back into the composer. */
export function putBack() {
  while (undo.length) undo.pop()();
}

/** Move the fields of an unfolded 代拟改法 into the form; returns the first field. */
export function arrange() {
  putBack();
  const details = document.querySelector(PROPOSING);
  if (!details?.open) return null;
  const fields = [...details.querySelectorAll("textarea[data-edit]")];
  const newRow = details.querySelector("fieldset[data-new-row]");
  const place = details.closest("form").querySelector("#opinion-path").value;
  for (const field of fields) {
    const cell = cellOf(field.name.slice("edit/".length));
    if (cell?.matches("td")) moveToCell(field, cell);
    compare(field);
  }
  const beside = newRow && cellOf(place);
  if (beside) moveToRow(newRow, beside);
  document.dispatchEvent(new Event("grow"));
  return fields[0] ?? newRow?.querySelector("textarea");
}

function moveToCell(field, cell) {
  const label = field.labels[0];
  const stays = document.createComment("");
  label.before(stays);
  field.setAttribute("form", formOf(stays).id);
  cell.classList.add("proposing-cell");
  cell.append(label, field);
  undo.push(() => {
    cell.classList.remove("proposing-cell");
    const live = field.nextElementSibling?.matches(".live") ? [field.nextElementSibling] : [];
    stays.after(label, field, ...live);
    stays.remove();
    field.removeAttribute("form");
  });
}

function moveToRow(fieldset, place) {
  const behind = place.matches("tr") ? place : lastRow(place);
  if (!behind) return;
  const stays = document.createComment("");
  fieldset.before(stays);
  for (const field of fieldset.elements) field.setAttribute("form", formOf(stays).id);
  const { row, shrink } = rowBehind(behind);
  row.firstElementChild.append(fieldset);
  undo.push(() => {
    stays.replaceWith(fieldset);
    for (const field of fieldset.elements) field.removeAttribute("form");
    row.remove();
    shrink();
  });
}

/** The last row of the list whose head or caption is `place`. */
function lastRow(place) {
  return [...(place.closest("table")?.tBodies[0]?.rows ?? [])].at(-1);
}

/** A row of one cell behind another; cells that reach past that one grow by it. */
function rowBehind(behind) {
  const rows = [...behind.parentElement.rows];
  const at = rows.indexOf(behind);
  const reaching = rows
    .slice(0, at + 1)
    .flatMap((row, n) => [...row.cells].filter((cell) => n + cell.rowSpan > at + 1));
  for (const cell of reaching) cell.rowSpan += 1;
  const columns = [...behind.closest("table").querySelectorAll("col")];
  const width = columns.reduce((sum, { span }) => sum + span, 0);
  const row = document.createElement("tr");
  row.className = "proposed-row";
  row.append(document.createElement("td"));
  row.firstElementChild.colSpan = reaching.reduce((left, cell) => left - cell.colSpan, width);
  behind.after(row);
  return { row, shrink: () => reaching.forEach((cell) => (cell.rowSpan -= 1)) };
}

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches?.(PROPOSING)) arrange()?.focus();
  },
  true,
);
