/**
 * Single keys on a list of rows marked data-queue-row: J and K go down and up, Enter opens the row
 * (its link has the focus), X ticks it, C claims, / goes to the search field, ? shows the keys.
 */

import { isComposing } from "../composing.js";

const ROWS = "[data-queue-row]";
const CURRENT = "current";

const TYPED_IN = "input:not([type=checkbox]), textarea, select, dialog[open]";

/** Whether the key belongs to a field that is being typed in, or to a shortcut of the browser. */
function isTaken(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return true;
  return Boolean(event.target.closest?.(TYPED_IN));
}

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains(CURRENT));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  for (const row of rows) row.classList.toggle(CURRENT, row === next);
  next.querySelector("th a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Tick the current row, or take the tick back. */
function tick() {
  document.querySelector(`${ROWS}.${CURRENT} input[type=checkbox]`)?.click();
}

/** Claim what is ticked, or the current row if nothing is. */
function claim() {
  if (!document.querySelector(`${ROWS} input[type=checkbox]:checked`)) tick();
  document.querySelector("button[data-act=claim]:enabled")?.click();
}

const ACTIONS = {
  x: tick,
  c: claim,
  j: () => move(1),
  k: () => move(-1),
  "/": () => document.querySelector("[data-queue-search]")?.focus(),
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-queue]") || isTaken(event)) return;
  const act = ACTIONS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", (event) => {
  const focused = event.target.closest?.(ROWS);
  if (!focused) return;
  for (const row of document.querySelectorAll(ROWS)) row.classList.toggle(CURRENT, row === focused);
});
